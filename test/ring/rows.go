package ring

import (
	"fmt"

	gocql "github.com/apache/cassandra-gocql-driver/v2"

	"github.com/ringwright/ringwright/test/lab"
)

// CQL runs statements at a consistency level with the pod as coordinator.
func (p *Pod) CQL(level gocql.Consistency, statements ...string) error {
	s, err := lab.Session(p.Host(), p.Address())
	if err != nil {
		return fmt.Errorf("%s: %w", p.ID, err)
	}
	defer s.Close()
	for _, statement := range statements {
		if err := s.Query(statement).Consistency(level).Exec(); err != nil {
			return fmt.Errorf("%s: %s: %w", p.ID, statement, err)
		}
	}
	return nil
}

// Rows counts the rows of the table that Fill filled.
func (p *Pod) Rows(level gocql.Consistency) (int, error) {
	s, err := lab.Session(p.Host(), p.Address())
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.ID, err)
	}
	defer s.Close()
	var n int
	err = s.Query("SELECT count(*) FROM shop.item").Consistency(level).Scan(&n)
	return n, err
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
		"CREATE TABLE shop.item (id int PRIMARY KEY, name text)",
	}
	for i := range rows {
		statements = append(statements, fmt.Sprintf("INSERT INTO shop.item (id, name) VALUES (%d, 'item %d')", i, i))
	}
	r.must(p.CQL(gocql.EachQuorum, statements...))
}

// WantRows holds that a pod finds every row in its own region.
func (r *Rig) WantRows(pods ...*Pod) {
	r.Helper()
	for _, p := range pods {
		n, err := p.Rows(gocql.LocalQuorum)
		if err != nil {
			r.Fatal(err)
		}
		if n != rows {
			r.Fatalf("%s finds %d of %d rows in its region", p.ID, n, rows)
		}
	}
}
