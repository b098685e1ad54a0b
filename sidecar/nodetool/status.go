package nodetool

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// State is what a member does, as nodetool status prints it.
type State string

// The states. A dead joiner stays in Joining for ten ring delays.
const (
	Normal  State = "N"
	Joining State = "J"
	Leaving State = "L"
	Moving  State = "M"
)

// Member is one line of nodetool status.
type Member struct {
	// Address is the member's broadcast address.
	Address netip.Addr
	// HostID is a UUID in lower case, or empty where the asked member does
	// not know it: of one that has only begun to join.
	HostID string
	// Datacenter and Rack are as the member told them, never empty.
	Datacenter, Rack string
	// Up is whether the asked member sees it alive. One that it has not made
	// up its mind about is not.
	Up bool
	// State is what the member does.
	State State
}

// Status is the ring as the Cassandra of this pod sees it, sorted by address:
// nodetool status without a keyspace and without names. /v1/ring serves it.
// A ring without members has none, which is no error.
func (t *Tools) Status(ctx context.Context) ([]Member, error) {
	out, err := t.nodetool(ctx, "status")
	if err != nil {
		return nil, err
	}
	members, err := parseStatus(string(out))
	if err != nil {
		return nil, fmt.Errorf("nodetool status: %w", err)
	}
	return members, nil
}

// parseStatus reads nodetool status as 4.1 and 5.0 print it: for each
// datacenter its name, a legend and a table, then a blank line, then perhaps
// a note about the column Owns.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/tools/nodetool/Status.java
func parseStatus(out string) ([]Member, error) {
	if out == "" {
		return nil, errors.New("it prints nothing; a ring without members is a blank line")
	}
	r := &statusReader{}
	for n, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("line %d, %s: %w", n+1, shown(line), err)
		}
	}
	if r.datacenter != "" {
		return nil, fmt.Errorf("it ends within the table of %s", shown(r.datacenter))
	}
	slices.SortFunc(r.members, func(a, b Member) int { return a.Address.Compare(b.Address) })
	for i := 1; i < len(r.members); i++ {
		if a := r.members[i].Address; a == r.members[i-1].Address {
			return nil, fmt.Errorf("it lists %s twice", a)
		}
	}
	return r.members, nil
}

// statusReader is where in the output the reader is.
type statusReader struct {
	members []Member
	// datacenter is the one whose table is being read, or empty.
	datacenter string
	// columns are those of the table, or nil before its header.
	columns []column
	rows    int
}

// line reads one line.
func (r *statusReader) line(line string) error {
	name, begins := strings.CutPrefix(line, "Datacenter: ")
	switch {
	case begins && (r.datacenter != "" || name == ""):
		return errors.New("a datacenter's name was not expected here")
	case begins:
		r.datacenter, r.columns, r.rows = name, nil, 0
	case strings.TrimSpace(line) == "":
		if r.datacenter != "" && r.rows == 0 {
			return errors.New("the table has no members")
		}
		r.datacenter = ""
	case r.datacenter == "" && strings.HasPrefix(line, "Note: "):
	case r.datacenter != "" && r.columns == nil && isLegend(line):
	case r.datacenter != "" && r.columns == nil:
		columns, err := header(line)
		r.columns = columns
		return err
	case r.datacenter != "":
		member, err := r.row(line)
		r.members, r.rows = append(r.members, member), r.rows+1
		return err
	default:
		return errors.New("it belongs to no table")
	}
	return nil
}

// isLegend says whether the line is one of those between a datacenter's name
// and its table.
func isLegend(line string) bool {
	return strings.Trim(line, "=") == "" || strings.HasPrefix(line, "Status=") || strings.HasPrefix(line, "|/ State=")
}

// column is one of the table: its title and where it begins, in characters.
type column struct {
	title string
	start int
}

// titles finds those of a header: two blanks lie between them, and at most
// one within.
var titles = regexp.MustCompile(`\S+(?: \S+)*`)

// header reads the columns of a table. Which there are depends on whether
// members have many tokens and on whether what they own is known; the
// wanted ones are in all four forms.
func header(line string) ([]column, error) {
	var columns []column
	wanted := map[string]int{"--": 0, "Address": 0, "Host ID": 0, "Rack": 0}
	for _, at := range titles.FindAllStringIndex(line, -1) {
		title := line[at[0]:at[1]]
		columns = append(columns, column{title, at[0]})
		if _, ok := wanted[title]; ok {
			wanted[title]++
		}
	}
	for _, title := range []string{"--", "Address", "Host ID", "Rack"} {
		if wanted[title] != 1 {
			return nil, fmt.Errorf("it is no header of a table: it has column %s %d times", title, wanted[title])
		}
	}
	return columns, nil
}

var (
	statusForm = regexp.MustCompile(`^[UD?][NJLM]$`)
	uuidForm   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// row reads a member's line.
func (r *statusReader) row(line string) (Member, error) {
	cells, err := r.cells(line)
	if err != nil {
		return Member{}, err
	}
	status, id := cells["--"], strings.ToLower(cells["Host ID"])
	address, err := netip.ParseAddr(cells["Address"])
	switch {
	case !statusForm.MatchString(status):
		return Member{}, fmt.Errorf("%s is no status; it is one of U, D and ?, then one of N, J, L and M", shown(status))
	case err != nil:
		return Member{}, fmt.Errorf("%s is no address", shown(cells["Address"]))
	case id != "" && !uuidForm.MatchString(id):
		return Member{}, fmt.Errorf("%s is no host id", shown(id))
	case cells["Rack"] == "":
		return Member{}, errors.New("it has no rack")
	}
	return Member{
		Address:    address,
		HostID:     id,
		Datacenter: r.datacenter,
		Rack:       cells["Rack"],
		Up:         status[0] == 'U',
		State:      State(status[1:]),
	}, nil
}

// cells cuts a row where the header's columns begin. An unknown value is
// blank, so that counting words would not do.
func (r *statusReader) cells(line string) (map[string]string, error) {
	row := []rune(line)
	cells := map[string]string{}
	for i, c := range r.columns {
		end := len(row)
		if i+1 < len(r.columns) {
			end = r.columns[i+1].start
		}
		if c.start > len(row) || end > len(row) {
			return nil, fmt.Errorf("it ends before the end of column %s", shown(c.title))
		}
		if i > 0 && (row[c.start-1] != ' ' || row[c.start-2] != ' ') {
			return nil, fmt.Errorf("no two blanks precede column %s", shown(c.title))
		}
		cells[c.title] = strings.TrimSpace(string(row[c.start:end]))
	}
	return cells, nil
}
