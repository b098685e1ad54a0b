package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// A ring's templates repeat a few shapes: a network card for every machine, a
// connection for every pair. Parsing each as YAML is what takes the time. So
// json marks the strings that a template prints; what is left when they are
// taken out is a shape, which is parsed and laid out once, and each further
// text of that shape only has its own strings put in.
const (
	begin = "\x01"
	end   = "\x02"
)

// mark marks every string in a JSON text but the keys of objects.
func mark(text string) string {
	if strings.HasPrefix(text, "{") || !strings.Contains(text, `"`) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		start := strings.IndexByte(text, '"')
		if start < 0 {
			break
		}
		stop := start + closing(text[start:])
		b.WriteString(text[:start] + begin + text[start:stop] + end)
		text = text[stop:]
	}
	b.WriteString(text)
	return b.String()
}

// closing is the length of the JSON string that text begins with.
func closing(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

var unmarker = strings.NewReplacer(begin, "", end, "")

func unmark(text string) string { return unmarker.Replace(text) }

// standing begins what stands for a value in a shape; four digits and a full
// stop follow. It needs no quotes in YAML, and no template says it.
const standing = "ringwright.value."

const standLength = len(standing) + len("0000.")

func stand(i int) string { return fmt.Sprintf(standing+"%04d.", i) }

func isStand(s string) bool { return len(s) == standLength && strings.HasPrefix(s, standing) }

// shape takes the marked strings out of a text.
func shape(text string) (string, []string) {
	var b strings.Builder
	b.Grow(len(text))
	var values []string
	for {
		before, rest, marked := strings.Cut(text, begin)
		b.WriteString(before)
		if !marked {
			return b.String(), values
		}
		value, after, _ := strings.Cut(rest, end)
		b.WriteString(`"` + stand(len(values)) + `"`)
		values = append(values, value)
		text = after
	}
}

// mould is a shape laid out: pieces of the result with a value between each two.
type mould struct {
	pieces []string
	order  []int // which value follows each piece but the last
}

// split finds where values stand in a result.
func split(text string) (*mould, error) {
	m := &mould{}
	for {
		before, after, found := strings.Cut(text, standing)
		m.pieces = append(m.pieces, before)
		if !found {
			return m, nil
		}
		if len(after) < 5 || after[4] != '.' {
			return nil, fmt.Errorf("prints %s, which stands for values", standing)
		}
		n, err := strconv.Atoi(after[:4])
		if err != nil {
			return nil, fmt.Errorf("prints %s, which stands for values", standing)
		}
		m.order = append(m.order, n)
		text = after[5:]
	}
}

// sheet is what a printer prints on: a buffer that cannot fail.
type sheet interface {
	io.StringWriter
	Grow(n int)
}

// fill writes the pieces with values between them.
func (m *mould) fill(to sheet, values []string) error {
	size := 0
	for _, p := range m.pieces {
		size += len(p)
	}
	for _, v := range values {
		size += len(v)
	}
	to.Grow(size)
	for i, n := range m.order {
		if _, err := to.WriteString(m.pieces[i]); err != nil {
			return err
		}
		if _, err := to.WriteString(values[n]); err != nil {
			return err
		}
	}
	_, err := to.WriteString(m.pieces[len(m.pieces)-1])
	return err
}

// printer prints JSON and remembers the shapes it has laid out.
type printer struct {
	// lay lays out a shape, in which values are stands.
	lay func(shape string) (string, error)

	mu   sync.Mutex
	laid map[string]*mould // by template and shape
}

func newPrinter(lay func(string) (string, error)) *printer {
	return &printer{lay: lay, laid: map[string]*mould{}}
}

// Press prints the templates of one ring's regions. It may be used by several
// goroutines.
type Press struct {
	// fragments prints resources, frames what goes around them.
	fragments, frames *printer
}

// NewPress is a press that has printed nothing yet.
func NewPress() *Press {
	return &Press{fragments: newPrinter(layResource), frames: newPrinter(layFrame)}
}

// print executes a template and lays out what it prints.
func (p *printer) print(to sheet, template string, data any) error {
	printed, err := execute(template, data)
	if err != nil {
		return err
	}
	shape, values := shape(printed)
	m, err := p.mould(template, shape)
	if err != nil {
		return fmt.Errorf("template %s: %w", template, err)
	}
	return m.fill(to, values)
}

// mould is that of a shape, which is laid out where it is the first of its kind.
func (p *printer) mould(template, shape string) (*mould, error) {
	key := template + "\n" + shape
	p.mu.Lock()
	m, ok := p.laid[key]
	p.mu.Unlock()
	if ok {
		return m, nil
	}
	text, err := p.lay(shape)
	if err != nil {
		return nil, err
	}
	if m, err = split(text); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.laid[key] = m
	return m, nil
}
