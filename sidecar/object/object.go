// Package object reads one JSON object of known keys.
//
// encoding/json alone would take any case of a name, the last of a name that
// comes twice, a missing name and null, each of which can turn a member into
// something else.
package object

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// Field is a key of an object and a pointer to where its value goes.
type Field struct {
	name   string
	target any
}

// At is the field of the key.
func At(name string, target any) Field { return Field{name, target} }

// Decode reads data as one JSON object that has each of the fields once and
// no other.
func Decode(data []byte, fields []Field) error {
	return decode(data, fields, func(name string) error {
		return fmt.Errorf("has the key %s, which this version does not know; a newer one may have written it", Shown(name))
	})
}

// DecodeSome reads data as one JSON object that has each of the fields once.
// Others, which a newer version may send, are passed over.
func DecodeSome(data []byte, fields []Field) error {
	return decode(data, fields, func(string) error { return nil })
}

func decode(data []byte, fields []Field, unknown func(name string) error) error {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("is empty")
	case !utf8.Valid(data):
		return errors.New("is no text in UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if open, err := decoder.Token(); err != nil {
		return notJSON(err)
	} else if open != json.Delim('{') {
		return errors.New("is no JSON object")
	}
	seen := map[string]bool{}
	for decoder.More() {
		if err := decodeField(decoder, fields, seen, unknown); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return notJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("goes on after its end")
	}
	for _, f := range fields {
		if !seen[f.name] {
			return fmt.Errorf("lacks the key %q", f.name)
		}
	}
	return nil
}

// decodeField reads the next key and its value.
func decodeField(decoder *json.Decoder, fields []Field, seen map[string]bool, unknown func(name string) error) error {
	token, err := decoder.Token()
	if err != nil {
		return notJSON(err)
	}
	name, _ := token.(string)
	var value json.RawMessage
	if err := decoder.Decode(&value); err != nil {
		return notJSON(err)
	}
	if seen[name] {
		return fmt.Errorf("has the key %s twice", Shown(name))
	}
	seen[name] = true
	for _, f := range fields {
		if f.name == name {
			return f.decode(value)
		}
	}
	return unknown(name)
}

func (f Field) decode(value json.RawMessage) error {
	if string(value) == "null" {
		return fmt.Errorf("%s is null", f.name)
	}
	if err := json.Unmarshal(value, f.target); err != nil {
		var wrongType *json.UnmarshalTypeError
		if errors.As(err, &wrongType) {
			return fmt.Errorf("%s is a %s where it takes %s", f.name, wrongType.Value, wrongType.Type)
		}
		return fmt.Errorf("%s %w", f.name, err)
	}
	return nil
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("ends in the middle")
	}
	return fmt.Errorf("is no JSON: %w", err)
}

// Shown quotes text that came from outside, at most 64 bytes of it.
func Shown(text string) string {
	if len(text) > 64 {
		return strconv.Quote(text[:64]) + "..."
	}
	return strconv.Quote(text)
}
