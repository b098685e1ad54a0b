package verify

import (
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// at is the value that the names lead to, or nil.
func at(o arm.Object, names ...string) any {
	v, _ := o.Get(names...)
	return v
}

// textAt is the string that the names lead to, empty where there is none.
func textAt(o arm.Object, names ...string) string {
	s, _ := at(o, names...).(string)
	return s
}

// numberAt is the integer that the names lead to, -1 where there is none.
func numberAt(o arm.Object, names ...string) int64 {
	if n, ok := at(o, names...).(int64); ok {
		return n
	}
	return -1
}

// textsAt are the strings of the list that the names lead to.
func textsAt(o arm.Object, names ...string) []string {
	list, _ := at(o, names...).([]any)
	var texts []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// objectsAt are the objects of the list that the names lead to.
func objectsAt(o arm.Object, names ...string) []arm.Object {
	list, _ := at(o, names...).([]any)
	var objects []arm.Object
	for _, v := range list {
		if object, ok := v.(arm.Object); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// oneOrMore are the values of a property that Azure takes under two names: a
// string under the singular, a list under the plural.
func oneOrMore(o arm.Object, singular, plural string) []string {
	var all []string
	if s, ok := at(o, singular).(string); ok {
		all = append(all, s)
	}
	return append(all, textsAt(o, plural)...)
}

// key is an id in the form in which ids are compared.
func key(id string) string { return strings.ToLower(id) }

// short is the last part of a resource type.
func short(kind string) string { return kind[strings.LastIndexByte(kind, '/')+1:] }

// place is how problems name a resource, and with a path a value in it.
func place(r *arm.EvaluatedResource, path ...string) string {
	return strings.TrimSpace(strings.Join(append([]string{short(r.Type), r.Name}, path...), " "))
}

func itoa(n int) string { return strconv.Itoa(n) }

// number is a decimal number, and whether it is one.
func number(digits string) (int64, bool) {
	n, err := strconv.ParseInt(digits, 10, 32)
	return n, err == nil
}

// clipped is what a message repeats of a value from a document.
func clipped(s string) string {
	const most = 80
	if s = strings.Join(strings.Fields(s), " "); len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}
