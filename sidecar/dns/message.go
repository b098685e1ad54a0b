package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/net/dns/dnsmessage"
)

const (
	// maxAddresses is the most that one name may have. A datacenter has at
	// most 48 pods; a part of a longer answer would leave pods out.
	maxAddresses = 500
	// maxAliases is how many aliases lead from a name to its addresses.
	maxAliases = 8
)

// question is what is asked for a name, with or without its last dot.
func question(name string) (dnsmessage.Question, error) {
	if name == "" || name[len(name)-1] != '.' {
		name += "."
	}
	n, err := dnsmessage.NewName(name)
	if err != nil {
		return dnsmessage.Question{}, fmt.Errorf("the name has %d characters; at most 255 fit a question", len(name))
	}
	q := dnsmessage.Question{Name: n, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}
	if _, err := pack(0, q); err != nil || name == "." {
		return dnsmessage.Question{}, fmt.Errorf("the name %q is none; it takes labels of 1 to 63 characters with dots between", name)
	}
	return q, nil
}

// pack is the question as a message. It does without EDNS, as TCP is there
// for what does not fit, and a server without EDNS may answer in another way.
func pack(id uint16, q dnsmessage.Question) ([]byte, error) {
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: id, RecursionDesired: true}, Questions: []dnsmessage.Question{q}}
	return m.Pack()
}

// reply is what a message that answers the question says.
type reply struct {
	// truncated is set where there is more than the message could hold. The
	// rest is unset then.
	truncated bool
	// refused is why the server has no answer, or nil.
	refused error
	// addresses are sorted and unique; none means nobody.
	addresses []netip.Addr
}

// parse reads a message. An error means that it is no answer to the question:
// another one's, a forged one, or garbage.
func parse(message []byte, id uint16, q dnsmessage.Question) (reply, error) {
	var p dnsmessage.Parser
	h, err := p.Start(message)
	if err != nil {
		return reply{}, garbage(err)
	}
	if !h.Response || h.ID != id || h.OpCode != 0 {
		return reply{}, errors.New("the message is no answer to this question")
	}
	asked, err := p.AllQuestions()
	if err != nil {
		return reply{}, garbage(err)
	}
	if len(asked) != 1 || lower(asked[0].Name) != lower(q.Name) || asked[0].Type != q.Type || asked[0].Class != q.Class {
		return reply{}, errors.New("the answer is to another question")
	}
	switch {
	case h.Truncated:
		return reply{truncated: true}, nil
	case h.RCode != dnsmessage.RCodeSuccess && h.RCode != dnsmessage.RCodeNameError:
		return reply{refused: fmt.Errorf("it answers %s", rcode(h.RCode))}, nil
	}
	var r records
	if err := r.read(&p); err != nil {
		return reply{}, err
	}
	return r.reply(h, lower(q.Name))
}

// rcode is a code's name in the words of RFC 1035 and its successors.
// https://www.iana.org/assignments/dns-parameters#dns-parameters-6
func rcode(code dnsmessage.RCode) string {
	names := []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}
	if int(code) < len(names) {
		return names[code]
	}
	return fmt.Sprintf("RCODE %d", code)
}

func garbage(err error) error { return fmt.Errorf("the message is garbage: %w", err) }

// lower is a name in lower case, of ASCII letters only, as RFC 4343 has it.
func lower(n dnsmessage.Name) string {
	b := slices.Clone(n.Data[:n.Length])
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// records are those of a message, by the lower-case name of their owner.
type records struct {
	answers   int
	addresses map[string][]netip.Addr
	aliases   map[string]string
	// servers and authority say whether the message names other servers, and
	// whether it names the zone's own authority.
	servers, authority bool
}

// read reads every section to its end, so that a torn message is none.
func (r *records) read(p *dnsmessage.Parser) error {
	r.addresses, r.aliases = map[string][]netip.Addr{}, map[string]string{}
	for {
		h, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			break
		}
		if err == nil {
			err = r.answer(p, h)
		}
		if err != nil {
			return garbage(err)
		}
	}
	for {
		h, err := p.AuthorityHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			break
		}
		if err == nil {
			err = p.SkipAuthority()
		}
		if err != nil {
			return garbage(err)
		}
		r.servers = r.servers || h.Type == dnsmessage.TypeNS
		r.authority = r.authority || h.Type == dnsmessage.TypeSOA
	}
	if err := p.SkipAllAdditionals(); err != nil {
		return garbage(err)
	}
	return nil
}

// answer reads one record of the answer.
func (r *records) answer(p *dnsmessage.Parser, h dnsmessage.ResourceHeader) error {
	r.answers++
	owner := lower(h.Name)
	switch {
	case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeA:
		body, err := p.AResource()
		if err != nil {
			return err
		}
		address := netip.AddrFrom4(body.A)
		if address.IsUnspecified() || address.IsMulticast() {
			return fmt.Errorf("no pod has the address %s", address)
		}
		r.addresses[owner] = append(r.addresses[owner], address)
	case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeCNAME:
		body, err := p.CNAMEResource()
		if err != nil {
			return err
		}
		if _, ok := r.aliases[owner]; ok {
			return fmt.Errorf("%q has two aliases", owner)
		}
		r.aliases[owner] = lower(body.CNAME)
	default:
		return p.SkipAnswer()
	}
	return nil
}

// reply is what the records say about a name. Only two things mean nobody:
// NXDOMAIN, and an answer without a record from a server that knows the zone.
func (r *records) reply(h dnsmessage.Header, name string) (reply, error) {
	for hops := 0; len(r.addresses[name]) == 0 && r.aliases[name] != ""; hops++ {
		if hops == maxAliases {
			return reply{}, fmt.Errorf("more than %d aliases lead on from the name", maxAliases)
		}
		name = r.aliases[name]
	}
	addresses := r.addresses[name]
	slices.SortFunc(addresses, netip.Addr.Compare)
	addresses = slices.Compact(addresses)
	switch {
	case len(addresses) > maxAddresses:
		return reply{}, fmt.Errorf("the answer has %d addresses; at most %d are taken", len(addresses), maxAddresses)
	case len(addresses) > 0 && h.RCode == dnsmessage.RCodeNameError:
		return reply{}, errors.New("the answer has addresses and says that the name does not exist")
	case len(addresses) > 0 || h.RCode == dnsmessage.RCodeNameError:
	case r.answers > 0:
		return reply{}, fmt.Errorf("the answer has %d records, but no address of the name", r.answers)
	case r.servers && !r.authority && !h.Authoritative:
		return reply{refused: errors.New("it refers to other servers")}, nil
	}
	return reply{addresses: addresses}, nil
}
