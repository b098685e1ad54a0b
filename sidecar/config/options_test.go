package config_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
)

func TestWriteOptions(t *testing.T) {
	const mark = "# Set by ringwright-sidecar before every start.\n"
	tests := []struct {
		name           string
		server, java17 string
		heap           string
		options, flags []string
		want, want17   string
	}{
		{"heap in Gi", "", "", "12Gi", nil, nil, mark + "-Xms12g\n-Xmx12g\n", ""},
		{"heap in Mi", "-ea", "", "512Mi", nil, nil, "-ea\n" + mark + "-Xms512m\n-Xmx512m\n", ""},
		{"the image's heap", "# heap\n-Xms1G\n-Xmx1G\n  -Xmx9g is text\n-mx1g\n-XX:MaxRAMPercentage=25.0\n-ea\n", "-XX:MaxHeapSize=1g\n", "1Gi", nil, nil,
			"# heap\n#-Xms1G\n#-Xmx1G\n  -Xmx9g is text\n#-mx1g\n#-XX:MaxRAMPercentage=25.0\n-ea\n" + mark + "-Xms1g\n-Xmx1g\n", "#-XX:MaxHeapSize=1g\n"},
		{"two on a line", "-ea -Xmx1g -da:net\n-Xms1g -Xmx1g", "-ea -Xmx1g", "1Gi", nil, nil,
			"#-ea -Xmx1g -da:net\n-ea -da:net\n#-Xms1g -Xmx1g\n" + mark + "-Xms1g\n-Xmx1g\n", "#-ea -Xmx1g\n-ea\n"},
		{"switches and values", "-XX:+UseNUMA\n-Da.b=1\n-Da.bc=1\n", "-XX:+UseG1GC\n-XX:G1HeapRegionSize=16m\n", "1Gi", []string{"-XX:-UseNUMA", "-XX:-UseG1GC", "-XX:+UseZGC", "-Da.b"}, nil,
			"#-XX:+UseNUMA\n#-Da.b=1\n-Da.bc=1\n" + mark + "-Xms1g\n-Xmx1g\n-XX:-UseNUMA\n-XX:-UseG1GC\n-XX:+UseZGC\n-Da.b\n", "#-XX:+UseG1GC\n-XX:G1HeapRegionSize=16m\n"},
		{"options that add up", "-javaagent:a.jar\n", "--add-exports a/b=c\n", "1Gi", []string{"-javaagent:b.jar", "--add-exports d/e=f"}, nil,
			"-javaagent:a.jar\n" + mark + "-Xms1g\n-Xmx1g\n-javaagent:b.jar\n--add-exports d/e=f\n", "--add-exports a/b=c\n"},
		{"flags of the ring's own", "#-Dcassandra.replace_address=listen_address\n", "", "1Gi", []string{"-Xmn1m"}, []string{"-Dcassandra.replace_address_first_boot=10.0.0.5", "-Dcassandra.reset_bootstrap_progress=true"},
			"#-Dcassandra.replace_address=listen_address\n" + mark + "-Xms1g\n-Xmx1g\n-Xmn1m\n-Dcassandra.replace_address_first_boot=10.0.0.5\n-Dcassandra.reset_bootstrap_progress=true\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := image()
			files["jvm-server.options"], files["jvm17-server.options"] = tt.server, tt.java17
			s := start(t, files)
			s.Settings.Heap, s.Settings.JVMOptions, s.Flags = tt.heap, tt.options, tt.flags
			if err := config.Write(s); err != nil {
				t.Fatal(err)
			}
			got := content(t, s.Conf)
			if diff := cmp.Diff([]string{tt.want, tt.want17}, []string{got["jvm-server.options"], got["jvm17-server.options"]}); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWriteYoung holds that a start with CMS has a young generation that fits
// its heap, since cassandra-env.sh would make one of the node's size.
func TestWriteYoung(t *testing.T) {
	const cms = "-XX:+UseConcMarkSweepGC\n"
	for _, tt := range []struct {
		name           string
		server, java11 string
		heap           string
		options        []string
		want           string // the option; empty for none
	}{
		{"CMS", "", cms, "4Gi", nil, "-Xmn1024m"},
		{"CMS in the file of every Java", cms, "", "512Mi", nil, "-Xmn128m"},
		{"CMS among others on a line", "", "-ea -XX:+UseConcMarkSweepGC -XX:+UseParNewGC\n", "3Mi", nil, "-Xmn1m"},
		{"CMS of the spec", "", "", "5Gi", []string{"-XX:+UseConcMarkSweepGC"}, "-Xmn1280m"},
		{"CMS in a comment", "", "#" + cms, "4Gi", nil, ""},
		{"CMS turned off by the spec", "", cms, "4Gi", []string{"-XX:-UseConcMarkSweepGC", "-XX:+UseG1GC"}, ""},
		{"G1", "", "-XX:+UseG1GC\n", "4Gi", nil, ""},
		{"CMS and, for another Java, G1", "-XX:+UseG1GC\n", cms, "4Gi", nil, ""},
		{"CMS and, of the spec, ZGC", "", cms, "4Gi", []string{"-XX:+UseZGC"}, ""},
		{"the spec's size", "", cms, "4Gi", []string{"-Xmn300m"}, "-Xmn300m"},
		{"the image's size", "-Xmn800M\n", cms, "4Gi", nil, "-Xmn800M"},
		{"the image's size in a comment", "#-Xmn800M\n", cms, "4Gi", nil, "-Xmn1024m"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := image()
			files["jvm-server.options"], files["jvm11-server.options"], files["jvm17-server.options"] = tt.server, tt.java11, ""
			s := start(t, files)
			s.Settings.Heap, s.Settings.JVMOptions = tt.heap, tt.options
			if err := config.Write(s); err != nil {
				t.Fatal(err)
			}
			got := content(t, s.Conf)
			young := regexp.MustCompile(`(?m)^-Xmn.*$`).FindAllString(got["jvm-server.options"]+got["jvm11-server.options"], -1)
			if joined := strings.Join(young, " "); joined != tt.want {
				t.Errorf("young generation %q; want %q", joined, tt.want)
			}
		})
	}
}
