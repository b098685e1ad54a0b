package ring

import (
	"errors"
	"fmt"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"

	"github.com/ringwright/ringwright/test/lab"
)

// CQL runs statements at a consistency level with the pod as coordinator.
func (p *Pod) CQL(level gocql.Consistency, statements ...string) error {
	if err := lab.CQL(p.Host(), p.Address(), level, statements...); err != nil {
		return fmt.Errorf("%s: %w", p.ID, err)
	}
	return nil
}

// Rows counts the rows of the table that Fill filled which the pod has itself,
// and those of which it has to have no copy.
//
// A coordinator asks itself first for what it has a copy of, and where one
// answer is enough nobody else: the rings of these tests measure no members
// (dynamic_snitch), and the table asks no second one (speculative_retry). That
// goes for one row; what asks for all may be put together from ranges.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/locator/AbstractNetworkTopologySnitch.java compareEndpoints
func (p *Pod) Rows() (int, error) {
	s, err := lab.Session(p.Host(), p.Address())
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.ID, err)
	}
	defer s.Close()
	n := 0
	for i := range rows {
		var name string
		err := s.Query("SELECT name FROM shop.item WHERE id = ?", i).Consistency(gocql.One).Scan(&name)
		switch {
		case err == nil:
			n++
		case !errors.Is(err, gocql.ErrNotFound):
			return 0, fmt.Errorf("%s: row %d: %w", p.ID, i, err)
		}
	}
	return n, nil
}

// rows is how many rows Fill writes.
const rows = 200

// Fill makes a keyspace with as many copies in each region and writes rows.
func (p *Pod) Fill(copies int) {
	r := p.Region.rig
	r.Helper()
	replication := "'class': 'NetworkTopologyStrategy'"
	for _, g := range r.Regions {
		replication += fmt.Sprintf(", '%s': %d", g.Datacenter, copies)
	}
	statements := []string{
		"CREATE KEYSPACE shop WITH replication = {" + replication + "}",
		// A slow member must answer for itself.
		"CREATE TABLE shop.item (id int PRIMARY KEY, name text) WITH speculative_retry = 'NEVER'",
	}
	for i := range rows {
		statements = append(statements, fmt.Sprintf("INSERT INTO shop.item (id, name) VALUES (%d, 'item %d')", i, i))
	}
	r.must(p.CQL(gocql.EachQuorum, statements...))
}

// WantRows holds that a pod lacks no row. What was written while it was away
// others bring it within a minute or so; what it should have streamed when it
// joined nobody does.
func (r *Rig) WantRows(pods ...*Pod) {
	r.Helper()
	for _, p := range pods {
		r.Until(p.ID+" has every row", 90*time.Second, func() string {
			n, err := p.Rows()
			switch {
			case err != nil:
				return err.Error()
			case n != rows:
				return fmt.Sprintf("it has %d of %d", n, rows)
			}
			return ""
		})
	}
}
