package azure

import (
	"reflect"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/compute/armcompute/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v8"
	"github.com/google/go-cmp/cmp"
)

// TestSourceIsUnderstood: what the parser read of the SDK's source is what the
// compiler made of it, for some of the enumerations.
func TestSourceIsUnderstood(t *testing.T) {
	tests := []struct {
		want any
	}{
		{armnetwork.PossibleIPAllocationMethodValues()},
		{armnetwork.PossibleSecurityRuleProtocolValues()},
		{armnetwork.PossibleVirtualNetworkGatewaySKUNameValues()},
		{armnetwork.PossibleIPSecEncryptionValues()},
		{armnetwork.PossibleFirewallPolicyIDPSSignatureDirectionValues()}, // numbers
		{armcompute.PossibleDiskStorageAccountTypesValues()},
		{armcompute.PossibleStorageAccountTypesValues()},
		{armcompute.PossibleDiskCreateOptionTypesValues()},
	}
	for _, tt := range tests {
		v := reflect.ValueOf(tt.want)
		enum := v.Type().Elem()
		t.Run(enum.String(), func(t *testing.T) {
			var want []string
			for i := range v.Len() {
				want = append(want, text(v.Index(i)))
			}
			s, err := sourceOf(enum.PkgPath())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, s.enums[enum.Name()]); diff != "" {
				t.Errorf("values (-compiled +read):\n%s", diff)
			}
		})
	}
}

func TestNotesAreUnderstood(t *testing.T) {
	tests := []struct {
		model any
		field string
		want  note
	}{
		{armnetwork.SecurityRulePropertiesFormat{}, "Priority", required},
		{armnetwork.SecurityRulePropertiesFormat{}, "ProvisioningState", readOnly},
		{armnetwork.SecurityRulePropertiesFormat{}, "Description", optional},
		{armcompute.VirtualMachine{}, "Location", required},
		{armcompute.VirtualMachine{}, "Name", readOnly},
		{armcompute.VirtualMachine{}, "Zones", optional},
	}
	for _, tt := range tests {
		model := reflect.TypeOf(tt.model)
		s, err := sourceOf(model.PkgPath())
		if err != nil {
			t.Fatal(err)
		}
		if got, known := s.fields[model.Name()+"."+tt.field]; !known || got != tt.want {
			t.Errorf("%s.%s: note %d, known %t; want %d", model, tt.field, got, known, tt.want)
		}
	}
}

// TestEveryTypeIsUnderstood walks all types that a model can hold, whether a
// template uses them or not: every field is known in the source and every
// enumeration has values, so that no value can pass for want of a rule.
func TestEveryTypeIsUnderstood(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		if seen[of] {
			return
		}
		seen[of] = true
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(of.Elem())
			return
		}
		if !isModel(of) {
			return
		}
		s, err := sourceOf(of.PkgPath())
		if err != nil {
			t.Fatal(err)
		}
		switch of.Kind() {
		case reflect.Struct:
			for i := range of.NumField() {
				if _, known := s.fields[of.Name()+"."+of.Field(i).Name]; !known {
					t.Errorf("%s.%s is not known", of, of.Field(i).Name)
				}
				walk(of.Field(i).Type)
			}
		case reflect.Interface: // one of several models, chosen by a property
			t.Errorf("%s: a model that is an interface is not understood", of)
		default:
			if len(s.enums[of.Name()]) == 0 {
				t.Errorf("%s: no values are known", of)
			}
		}
	}
	for _, kind := range resourceTypes {
		walk(reflect.TypeOf(kind.model()))
	}
	for name := range openEnums {
		found := false
		for of := range seen {
			found = found || of.String() == name
		}
		if !found {
			t.Errorf("openEnums: no model holds %s", name)
		}
	}
}
