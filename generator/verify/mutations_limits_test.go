package verify_test

import "strings"

// list is n members of a JSON object.
func list(n int, member string) string {
	var all []string
	for i := range n {
		all = append(all, strings.ReplaceAll(member, "#", string(rune('a'+i/26/26))+string(rune('a'+i/26%26))+string(rune('a'+i%26))))
	}
	return strings.Join(all, ",") + ","
}

var limitMutations = []mutation{
	{
		name: "too many parameters",
		edit: all(swap(template, `"parameters": {`, `"parameters": {`+list(256, `"p#": {"type": "int", "defaultValue": 1}`)),
			swap(template, `"outputs": {`, `"outputs": {"all": {"type": "array", "value": [`+list(256, `"[parameters('p#')]"`)+`1]},`)),
		want: []string{
			"eastus/azure/azuredeploy.json: 269 parameters; Azure takes 256",
		},
	},
	{
		name: "too many variables",
		edit: all(swap(template, `"variables": {`, `"variables": {`+list(256, `"v#": 1`)),
			swap(template, `"outputs": {`, `"outputs": {"all": {"type": "array", "value": [`+list(256, `"[variables('v#')]"`)+`1]},`)),
		want: []string{
			"eastus/azure/azuredeploy.json: 257 variables; Azure takes 256",
		},
	},
	{
		name: "too many outputs",
		edit: swap(template, `"outputs": {`, `"outputs": {`+list(62, `"o#": {"type": "int", "value": 1}`)),
		want: []string{
			"eastus/azure/azuredeploy.json: 65 outputs; Azure takes 64",
		},
	},
	{
		name: "too many resources",
		edit: swap(template, `"resources": [`, `"resources": [`+list(800, strings.Replace(anAddress, "spare", "spare-#", 1))),
		want: []string{
			"eastus/azure/azuredeploy.json: 827 resources; Azure takes 800",
		},
	},
	{
		name: "node script too long",
		edit: swap(template, `"nodeScript": "`, `"nodeScript": "`+strings.Repeat("# much\\n", 4300)),
		want: []string{
			"eastus/azure/azuredeploy.json: variable nodeScript: has # characters; want at most 30000, as every machine repeats it",
		},
	},
	{
		name: "script of an extension too long",
		edit: all(swap(template, `"variables": {`, `"variables": {"pad": "`+strings.Repeat("x", 100000)+`",`),
			swapAfter(template, `"customers-eastus-m0/bootstrap"`, `variables('nodeScript')`, `variables('pad'), variables('pad'), variables('nodeScript')`)),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap properties.protectedSettings.script: has # characters; CustomScript takes 262144",
		},
	},
	{
		name: "template too large once evaluated",
		edit: swap(template, `"outputs": {`, `"outputs": {`+list(40, `"o#": {"type": "string", "value": "[concat(variables('nodeScript'), variables('nodeScript'), variables('nodeScript'), variables('nodeScript'))]"}`)),
		want: []string{
			"eastus/azure/azuredeploy.json: has # bytes evaluated; Azure takes 4194304",
		},
	},
	{
		name: "template too large as written",
		edit: swap(template, `"resources": [`, `"resources": [`+strings.Repeat(" ", 4<<20)),
		want: []string{
			"eastus/azure/azuredeploy.json: has # bytes as written; Azure takes 4194304",
		},
	},
	{
		name: "template too large when compressed",
		edit: swap(template, `"outputs": {`, `"outputs": {`+list(14, `"o#": {"type": "string", "value": "`+noise+`"}`)),
		want: []string{
			"eastus/azure/azuredeploy.json: has # bytes as written and compressed; Azure takes 1048576",
			"eastus/azure/azuredeploy.json: has # bytes evaluated and compressed; Azure takes 1048576",
		},
	},
}

// noise is text that hardly shrinks: numbers by a linear congruence.
var noise = func() string {
	var b strings.Builder
	for x := uint32(1); b.Len() < 100000; x = x*1664525 + 1013904223 {
		b.WriteByte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/"[x>>26])
	}
	return b.String()
}()
