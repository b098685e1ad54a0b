package e2e

import (
	"errors"
	"fmt"
	"sync"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"

	"github.com/ringwright/ringwright/test/lab"
)

// keyspace makes the keyspace and the table that Writer writes to.
func (p *Pod) keyspace(replication string) error {
	return p.CQL(gocql.LocalQuorum,
		"CREATE KEYSPACE IF NOT EXISTS shop WITH replication = "+replication,
		"CREATE TABLE IF NOT EXISTS shop.entry (region text, id int, name text, PRIMARY KEY ((region, id)))",
	)
}

// Writer is a client of one region that writes at LOCAL_QUORUM all the time, one
// row after another, and tries each until somebody takes it. What was taken it
// expects to find.
type Writer struct {
	cluster *Cluster
	quit    chan struct{}
	done    chan struct{}

	mu      sync.Mutex
	written int
	retries int
	longest time.Duration // without a row that was taken
	last    error
}

// StartWriter starts a client in a region. It ends with Stop.
func (c *Cluster) StartWriter() *Writer {
	w := &Writer{cluster: c, quit: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	return w
}

func (w *Writer) run() {
	defer close(w.done)
	var session *gocql.Session
	begun := time.Now()
	for turn := 0; ; {
		select {
		case <-w.quit:
			if session != nil {
				session.Close()
			}
			return
		default:
		}
		var err error
		if session == nil {
			session, err = w.cluster.anySession(turn)
			turn++
		}
		if err == nil {
			err = session.Query("INSERT INTO shop.entry (region, id, name) VALUES (?, ?, ?)", w.cluster.Region, w.Written(), fmt.Sprint("entry ", w.Written())).Consistency(gocql.LocalQuorum).Exec()
		}
		w.mu.Lock()
		if err == nil {
			w.written++
			w.longest = max(w.longest, time.Since(begun))
			begun = time.Now()
		} else {
			w.retries++
			w.last = err
		}
		w.mu.Unlock()
		if err != nil {
			if session != nil {
				session.Close()
				session = nil
			}
			time.Sleep(200 * time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// anySession connects to one of the region's members, another one at each turn.
// It asks the addresses that its machines have, as the API server may be away.
func (c *Cluster) anySession(turn int) (*gocql.Session, error) {
	var errs []error
	for i := range c.Members {
		m := c.Members[(turn+i)%len(c.Members)]
		for _, address := range m.model.Addresses[1:] {
			if !m.routes(address.String()) || !lab.Answers(m.host, address) {
				continue
			}
			s, err := lab.Session(m.host, address)
			if err == nil {
				return s, nil
			}
			errs = append(errs, err)
		}
	}
	return nil, errors.Join(append(errs, fmt.Errorf("no member of %s answers", c.Region))...)
}

// routes says whether the machine has a pod under the address.
func (m *Machine) routes(address string) bool {
	return m.host.Run("", "sh", "-c", "ip route show "+address+"/32 | grep -q .") == nil
}

// Written is how many rows were taken so far.
func (w *Writer) Written() int { w.mu.Lock(); defer w.mu.Unlock(); return w.written }

// Stop ends the writing and holds that a member of each region finds every row
// that was taken, at LOCAL_QUORUM.
func (w *Writer) Stop() {
	world := w.cluster.world
	world.Helper()
	close(w.quit)
	<-w.done
	world.Say("the client of %s wrote %d rows, tried %d again (last: %v), waited %.1f s at most for one", w.cluster.Region, w.written, w.retries, w.last, w.longest.Seconds())
	if w.written == 0 {
		world.Fatalf("the client of %s wrote nothing: %v", w.cluster.Region, w.last)
	}
	for _, c := range world.Clusters {
		c.untilFinds(w.cluster.Region, w.written)
	}
}

// untilFinds waits until a member that is Ready finds so many rows of a region's
// client: those of another region may come as hints.
func (c *Cluster) untilFinds(of string, rows int) {
	w := c.world
	w.Helper()
	w.Until(fmt.Sprintf("%s finds the %d rows of %s", c.Region, rows, of), 3*time.Minute, func() string {
		for _, p := range c.Pods() {
			if !p.Ready() {
				continue
			}
			n, err := p.entries(of, rows)
			if err != nil {
				return err.Error()
			}
			if n < rows {
				return fmt.Sprintf("%s finds %d", p.Name, n)
			}
			return ""
		}
		return "no pod is Ready"
	})
}

// entries counts which of a region's first rows there are at LOCAL_QUORUM, page
// by page.
func (p *Pod) entries(of string, first int) (int, error) {
	s, err := p.Session()
	if err != nil {
		return 0, err
	}
	defer s.Close()
	rows := s.Query("SELECT region, id FROM shop.entry").Consistency(gocql.LocalQuorum).PageSize(500).Iter()
	n, id, region := 0, 0, ""
	for rows.Scan(&region, &id) {
		if region == of && id < first {
			n++
		}
	}
	return n, rows.Close()
}

// Cut makes every link of the world swallow packets, as tunnels do whose other
// end is gone.
func (w *World) Cut() {
	w.Helper()
	w.Say("the links are cut")
	for _, l := range w.links {
		w.must(l.cut())
	}
}

// Heal makes the links carry packets again.
func (w *World) Heal() {
	w.Helper()
	w.Say("the links are healed")
	for _, l := range w.links {
		w.must(l.heal())
	}
}
