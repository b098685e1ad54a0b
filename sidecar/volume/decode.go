package volume

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// field is a key of an object and where its value goes.
type field struct {
	name   string
	target any
}

// decodeObject reads data as one JSON object that has each of the fields once
// and no other. encoding/json alone would take any case of a name, a name
// twice, a missing name and null.
func decodeObject(data []byte, fields []field) error {
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
		if err := decodeField(decoder, fields, seen); err != nil {
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
func decodeField(decoder *json.Decoder, fields []field, seen map[string]bool) error {
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
		return fmt.Errorf("has the key %s twice", shown(name))
	}
	seen[name] = true
	for _, f := range fields {
		if f.name != name {
			continue
		}
		if string(value) == "null" {
			return fmt.Errorf("%s is null", name)
		}
		if err := json.Unmarshal(value, f.target); err != nil {
			var wrongType *json.UnmarshalTypeError
			if errors.As(err, &wrongType) {
				return fmt.Errorf("%s is a %s where it takes %s", name, wrongType.Value, wrongType.Type)
			}
			return fmt.Errorf("%s %w", name, err)
		}
		return nil
	}
	return fmt.Errorf("has the key %s, which this version does not know; a newer one may have written it", shown(name))
}

func notJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("ends in the middle")
	}
	return fmt.Errorf("is no JSON: %w", err)
}

// shown quotes text that came from outside, at most 64 bytes of it.
func shown(text string) string {
	if len(text) > 64 {
		return strconv.Quote(text[:64]) + "..."
	}
	return strconv.Quote(text)
}
