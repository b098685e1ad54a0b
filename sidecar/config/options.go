package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// heapSize is the form of settings.Settings.Heap.
var heapSize = regexp.MustCompile(`^([1-9][0-9]*)([MG])i$`)

// javaSize writes a size as Java does, whose units are powers of 1024 too:
// 4Gi is 4g.
// https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html
func javaSize(heap string) (string, error) {
	parts := heapSize.FindStringSubmatch(heap)
	if parts == nil {
		return "", fmt.Errorf("heap is %q; it takes a whole number of Mi or Gi", heap)
	}
	return parts[1] + strings.ToLower(parts[2]), nil
}

// optionFiles are the files whose options the server starts with. The start
// script reads the one of the Java version behind jvm-server.options, so of an
// option that both hold the former counts.
// https://github.com/apache/cassandra/blob/cassandra-5.0/bin/cassandra.in.sh
var optionFiles = regexp.MustCompile(`^jvm[0-9]*-server\.options$`)

// editOptions writes heap, the spec's options and those of this start to the
// end of jvm-server.options. Lines of the image that set the same, here or in
// a file that is read later, become comments, all other lines stay.
func (s Start) editOptions(files tree) error {
	shipped, err := files.shipped(s.ImageConf, optionsName)
	if err != nil {
		return err
	}
	size, err := javaSize(s.Settings.Heap)
	if err != nil {
		return err
	}
	heap := []string{"-Xms" + size, "-Xmx" + size}
	if files.needYoung(s.Settings.JVMOptions) {
		heap = append(heap, youngSize(size))
	}
	options := slices.Concat(heap, s.Settings.JVMOptions, s.Flags)
	set := map[string]bool{}
	for _, option := range options {
		set[optionName(option)] = true
	}
	delete(set, "")
	var errs []error
	for _, name := range files.sorted() {
		if f := files[name]; optionFiles.MatchString(name) && !f.mode.IsDir() {
			f.data, err = commentOut(f.data, set)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", filepath.Join(s.ImageConf, name), err))
			}
			files[name] = f
		}
	}
	shipped.data = appendLines(files[optionsName].data, append([]string{"# Set by ringwright-sidecar before every start."}, options...))
	files[optionsName] = shipped
	return errors.Join(errs...)
}

// collectors other than CMS, which -Xmn would hamper; G1 does not start with it.
var collectors = regexp.MustCompile(`^-XX:\+Use(G1|Parallel|Serial|Shenandoah|Z)GC$`)

// needYoung says whether Cassandra would start with CMS and without a size of
// the young generation. cassandra-env.sh then adds one made of the node's
// cores and memory, whatever the heap is: on a large node it leaves a small
// heap next to no old generation. Which of the option files the start script
// reads depends on its Java, so another collector in any of them, or in the
// spec's options, leaves the choice to it.
// https://github.com/apache/cassandra/blob/cassandra-4.1/conf/cassandra-env.sh
func (t tree) needYoung(jvmOptions []string) bool {
	words := slices.Clone(jvmOptions)
	for name, f := range t {
		if !optionFiles.MatchString(name) || f.mode.IsDir() {
			continue
		}
		for line := range strings.Lines(string(f.data)) {
			if strings.HasPrefix(line, "-") {
				words = append(words, strings.Fields(line)...)
			}
		}
	}
	return slices.Contains(words, "-XX:+UseConcMarkSweepGC") &&
		!slices.Contains(jvmOptions, "-XX:-UseConcMarkSweepGC") &&
		!slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, "-Xmn") || collectors.MatchString(word) })
}

// youngSize is the young generation of a heap, a quarter of it: the most that
// cassandra-env.sh would take.
func youngSize(heap string) string {
	n, _ := strconv.Atoi(heap[:len(heap)-1])
	if strings.HasSuffix(heap, "g") {
		n *= 1024
	}
	return fmt.Sprintf("-Xmn%dm", max(n/4, 1))
}

// commentOut turns the lines that set one of the options into comments. What
// such a line sets besides stands on a line of its own below. A line with
// anything else that the ring owns is an error: settings may not hold it, and
// a changed image must not bring it in either.
func commentOut(data []byte, set map[string]bool) ([]byte, error) {
	var out strings.Builder
	var errs []error
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		// The start script takes lines that begin with a dash, word by word.
		if !strings.HasPrefix(line, "-") {
			out.WriteString(line)
			continue
		}
		words := strings.Fields(line)
		kept := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return set[optionName(word)] })
		for _, word := range kept {
			if reason, owned := settings.OwnedJVMOption(word); owned {
				errs = append(errs, fmt.Errorf("line %d: the image sets %s, which belongs to the ring: %s", number, word, reason))
			}
		}
		if len(kept) == len(words) {
			out.WriteString(line)
			continue
		}
		out.WriteString("#" + line)
		if len(kept) > 0 {
			if !strings.HasSuffix(line, "\n") {
				out.WriteString("\n")
			}
			out.WriteString(strings.Join(kept, " ") + "\n")
		}
	}
	return []byte(out.String()), errors.Join(errs...)
}

var (
	// heapOption sets the size of the heap, by any of its names.
	heapOption = regexp.MustCompile(`^(-X?m[sx]|-XX:(Initial|Max|Min)(HeapSize|RAMPercentage|RAMFraction)=)`)
	// namedOption sets something that a later one of the same name sets anew.
	namedOption = regexp.MustCompile(`^(-XX:)[+-]?([A-Za-z0-9_]+)|^(-D)([^=]+)|^(-X)(mn|ss)`)
)

// optionName is what an option sets, so that two of the same name cannot both
// count; empty for options that add to each other.
func optionName(option string) string {
	if heapOption.MatchString(option) {
		return "heap"
	}
	if parts := namedOption.FindStringSubmatch(option); parts != nil {
		return strings.Join(parts[1:], "")
	}
	return ""
}

// appendLines puts lines behind a text, whose own lines keep their bytes.
func appendLines(data []byte, lines []string) []byte {
	text := string(data)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return []byte(text + strings.Join(lines, "\n") + "\n")
}
