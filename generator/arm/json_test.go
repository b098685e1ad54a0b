package arm

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseJSON(t *testing.T) {
	const text = `{"z": [1, -0, 1.0, 9223372036854775807, 9223372036854775808, 1e400], "a": {"b": null}, "s": "A\"\\\/\b\f\n\r\t\u00fc\ud83e\udd80", "e": {}, "l": []}`
	want := Object{
		{"z", []any{int64(1), json.Number("-0"), json.Number("1.0"), int64(9223372036854775807), json.Number("9223372036854775808"), json.Number("1e400")}},
		{"a", Object{{"b", nil}}},
		{"s", "A\"\\/\b\f\n\r\tü🦀"},
		{"e", Object{}},
		{"l", []any{}},
	}
	got, err := parseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseJSONErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", "line 1, column 1: a JSON value is expected"},
		{"two documents", "{}\n{}", "line 2, column 1: nothing may follow the document"},
		{"trailing comma", "{\"a\": [1,\n  2,]}", "a[2]: line 2, column 5: a JSON value is expected"},
		{"trailing comma of an object", `{"a": 1,}`, "line 1, column 9: a quoted member name is expected"},
		{"a comment", `{"a": 1 // one` + "\n}", "line 1, column 9: a comma or a closing brace is expected"},
		{"no colon", `{"a" 1}`, "a: line 1, column 6: a colon is expected"},
		{"open string", `{"a": "b`, "a: line 1, column 9: the string has no end"},
		{"open array", `[1`, "line 1, column 3: a comma or a closing bracket is expected"},
		{"leading zero", `01`, "line 1, column 3: a number starts with one digit, and with 0 only before a decimal point"},
		{"no fraction", `1.`, "line 1, column 3: a digit is expected after the decimal point"},
		{"no exponent", `1e+`, "line 1, column 4: a digit is expected in the exponent"},
		{"a lone surrogate", `"\ud800"`, `line 1, column 8: the escape is none of \" \\ \/ \b \f \n \r \t, \uXXXX and a surrogate pair`},
		{"an unknown escape", `"\x"`, `line 1, column 2: the escape is none of \" \\ \/ \b \f \n \r \t, \uXXXX and a surrogate pair`},
		{"a line feed in a string", "\"a\nb\"", "line 1, column 3: a control character must be escaped"},
		{"not UTF-8", "\"\xff\"", "line 1, column 4: the string is not UTF-8"},
		{"a near word", "nul", "line 1, column 1: a JSON value is expected"},
		{"too deep", strings.Repeat("[", maxDepth+1), "nested deeper than 500 levels"},
		{"a key twice", `{"a": {"b.c": 1, "x": 2, "b.c": 3}}`, `a['b.c']: the key "b.c" stands twice in this object`},
		{"every key that stands twice", `[{"a": 1, "a": 2}, {"b": 1, "b": 2}]`, "[0].a: the key \"a\" stands twice in this object\n[1].b: the key \"b\" stands twice in this object"},
		{"a key twice in a large object", `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"p":1,"q":1,"q":1,"c":1}`, "q: the key \"q\" stands twice in this object\nc: the key \"c\" stands twice in this object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseJSON([]byte(tt.in))
			if err == nil {
				t.Fatal("accepted")
			}
			if tt.name == "too deep" {
				if !strings.HasSuffix(err.Error(), tt.want) {
					t.Errorf("error is %.300s", err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestNormal(t *testing.T) {
	got, err := normal(map[string]any{
		"b": []string{"x"}, "a": 1, "f": 0.5, "i": 2.0, "n": json.Number("10"), "m": json.Number("1e3"),
		"z": map[string]any{"y": nil, "x": true}, "big": 1e300,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"a":1,"b":["x"],"big":1e+300,"f":0.5,"i":2,"m":1e3,"n":10,"z":{"x":true,"y":null}}`
	if diff := cmp.Diff(want, string(appendJSON(nil, got))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, value := range []any{struct{}{}, []any{map[string]any{"a": 'x'}}, json.Number("one"), json.Number("")} {
		if got, err := normal(value); err == nil {
			t.Errorf("%#v is taken for %v", value, got)
		}
	}
}

// FuzzJSON holds the scanner and the encoder against encoding/json, which is laxer only where the scanner means to be
// strict.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"\u00e9\ud83e\udd80<&>",null,true,false,{}]}`, `"\ud800"`, `[1,]`, `-`, `{"a":1,"a":2}`, "\"\u2028\x7f\"", `[-0]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parseJSON(data)
		if err != nil {
			lax := bytes.Contains(data, []byte(`\u`)) || bytes.ContainsFunc(data, func(r rune) bool { return r == '\ufffd' }) ||
				strings.Contains(err.Error(), "twice") || strings.Contains(err.Error(), "deeper")
			if json.Valid(data) && !lax {
				t.Fatalf("%q is refused: %v", data, err)
			}
			return
		}
		decode := func(data []byte) (value any) {
			d := json.NewDecoder(bytes.NewReader(data))
			d.UseNumber()
			if err := d.Decode(&value); err != nil {
				t.Fatalf("%q is accepted: %v", data, err)
			}
			return value
		}
		if diff := cmp.Diff(decode(data), decode(appendJSON(nil, got))); diff != "" {
			t.Fatalf("%q is encoded differently (-want +got)\n%s", data, diff)
		}
		again, err := parseJSON(appendJSON(nil, got))
		if err != nil || !cmp.Equal(got, again) {
			t.Fatalf("%q is read back as %v: %v", data, again, err)
		}
	})
}
