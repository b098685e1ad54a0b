package verify_test

var parameterMutations = []mutation{
	{
		name: "parameter of no use",
		edit: all(swap(template, `"parameters": {`, `"parameters": {"spare": {"type": "int", "defaultValue": 1},`)),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter spare: is used nowhere",
		},
	},
	{
		name: "variable of no use",
		edit: swap(template, `"variables": {`, `"variables": {"spare": 1,`),
		want: []string{
			"eastus/azure/azuredeploy.json: variable spare: is used nowhere",
		},
	},
	{
		name: "secrets as strings",
		edit: all(swapAfter(template, `"etcdCaKey": {`, `"securestring"`, `"string"`), swapAfter(template, `"southcentralusSharedKey": {`, `"securestring"`, `"string"`)),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter etcdCaKey: has the type string; want securestring, as its value is a secret",
			"eastus/azure/azuredeploy.json: parameter southcentralusSharedKey: has the type string; want securestring, as its value is a secret",
		},
	},
	{
		name: "secret with a default",
		edit: swapAfter(template, `"joinToken": {`, `"type": "securestring",`, `"type": "securestring", "defaultValue": "abcdef.0123456789abcdef",`),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap JOIN_TOKEN_B64: want base64(parameters('joinToken'))",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap JOIN_TOKEN_B64: want base64(parameters('joinToken'))",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap JOIN_TOKEN_B64: want base64(parameters('joinToken'))",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap JOIN_TOKEN_B64: want base64(parameters('joinToken'))",
			"eastus/azure/azuredeploy.json: parameter joinToken: is a securestring with a default, which everyone can read; want none",
		},
	},
	{
		name: "secret in the settings of an extension",
		edit: swapAfter(template, `"customers-eastus-m0/bootstrap"`, `"skipDos2Unix": true`, `"skipDos2Unix": true, "token": "[parameters('joinToken')]"`),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter joinToken: is a secret and goes to extensions customers-eastus-m0/bootstrap properties.settings.token; want it in protectedSettings and sharedKey only",
		},
	},
	{
		name: "secret in a tag",
		edit: swapAfter(template, `"customers-eastus-nsg",`, `"properties"`, `"tags": {"key": "[concat('k-', parameters('southcentralusSharedKey'))]"}, "properties"`),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter southcentralusSharedKey: is a secret and goes to networkSecurityGroups customers-eastus-nsg tags.key; want it in protectedSettings and sharedKey only",
		},
	},
	{
		name: "secret in customData, by a variable and a default",
		edit: all(
			swap(template, `"variables": {`, `"variables": {"data": ["[parameters('token')]"], "data2": "[variables('data')]",`),
			swap(template, `"parameters": {`, `"parameters": {"token": {"type": "string", "defaultValue": "[parameters('etcdCaKey')]"},`),
			swapAfter(template, `"customers-eastus-cp0",`, `"adminUsername"`, `"customData": "[base64(variables('data2')[0])]", "adminUsername"`)),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter etcdCaKey: is a secret and goes to parameters.token.defaultValue; want it in protectedSettings and sharedKey only",
		},
	},
	{
		name: "secret in customData, by a variable of a variable",
		edit: all(swap(template, `"variables": {`, `"variables": {"first": {"key": "[parameters('etcdCaKey')]"}, "second": "[variables('first').key]",`),
			swapAfter(template, `"computerName": "customers-eastus-cp0",`, `"adminUsername"`, `"customData": "[base64(variables('second'))]", "adminUsername"`)),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter etcdCaKey: is a secret and goes to virtualMachines customers-eastus-cp0 properties.osProfile.customData; want it in protectedSettings and sharedKey only",
		},
	},
	{
		name: "secret in an output",
		edit: swap(template, `"outputs": {`, `"outputs": {"key": {"type": "string", "value": "[parameters('serviceAccountKey')]"},`),
		want: []string{
			"eastus/azure/azuredeploy.json: parameter serviceAccountKey: is a secret and goes to outputs.key.value; want it in protectedSettings and sharedKey only",
		},
	},
	{
		name: "no parameter file",
		edit: drop(values),
		want: []string{
			"eastus/azure/azuredeploy.parameters.json: is missing",
		},
	},
	{
		name: "parameter file that is none",
		edit: swap(values, `"parameters": {}`, `"parameters": {"attempt": "2"}`),
		want: []string{
			"eastus/azure/azuredeploy.parameters.json: parameters.attempt: this is a string; it takes an object",
		},
	},
	{
		name: "parameter in both files",
		edit: swap(values, `"parameters": {}`, `"parameters": {"clusterCaHash": {"value": "sha256:0"}}`),
		want: []string{
			"eastus/azure/azuredeploy.parameters.json: parameter clusterCaHash: is given here and by `ringwright secrets`; want each in one place",
		},
	},
	{
		name: "parameter in neither file",
		edit: all(swap(template, `"parameters": {`, `"parameters": {"size": {"type": "int"},`),
			swapAfter(template, `"customers-eastus-m0-data",`, `"diskSizeGB": 512`, `"diskSizeGB": "[parameters('size')]"`),
			swapAfter(storage, `name: customers-eastus-m0`, `512Gi`, `1Gi`)),
		want: []string{
			"eastus/10-storage.yaml: PersistentVolume customers-eastus-m0 spec.capacity: 1Gi; the claim is 512Gi",
			"eastus/azure/azuredeploy.parameters.json: parameter size: is given neither here nor by `ringwright secrets` and has no default",
		},
	},
	{
		name: "parameters of every type, given, one of them secret",
		edit: all(swap(template, `"parameters": {`, `"parameters": {"a": {"type": "array"}, "b": {"type": "bool"}, "o": {"type": "secureObject"},`),
			swapAfter(template, `"customers-eastus-m0/bootstrap"`, `"script"`, `"a": "[parameters('a')]", "b": "[parameters('b')]", "o": "[parameters('o')]", "script"`),
			swap(values, `"parameters": {}`, `"parameters": {"a": {"value": []}, "b": {"value": true}, "o": {"value": {}}}`)),
		want: []string{
			"eastus/azure/azuredeploy.parameters.json: parameter o: is a secret; no secret is in out/",
		},
	},
	{
		name: "value of no parameter",
		edit: swap(values, `"parameters": {}`, `"parameters": {"attempts": {"value": "2"}}`),
		want: []string{
			"eastus/azure/azuredeploy.parameters.json: parameter attempts: is not declared by the template",
		},
	},
	{
		name: "secret that the template does not take",
		edit: all(swapAll(template, `parameters('clusterCaHash')`, `parameters('attempt')`),
			swap(template, "\"clusterCaHash\": {\n      \"type\": \"string\",\n      \"metadata\": { \"description\": \"sha256 hash of the cluster CA's public key\" }\n    },", "")),
		want: []string{
			"eastus/azure/azuredeploy.json: extensions customers-eastus-cp0/bootstrap CLUSTER_CA_HASH_B64: want base64(parameters('clusterCaHash'))",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m0/bootstrap CLUSTER_CA_HASH_B64: want base64(parameters('clusterCaHash'))",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m1/bootstrap CLUSTER_CA_HASH_B64: want base64(parameters('clusterCaHash'))",
			"eastus/azure/azuredeploy.json: extensions customers-eastus-m2/bootstrap CLUSTER_CA_HASH_B64: want base64(parameters('clusterCaHash'))",
			"eastus/azure/azuredeploy.json: parameter clusterCaHash: is given by `ringwright secrets` but not declared",
		},
	},
	{
		name: "private key in a template",
		edit: swap(template, `"skipDos2Unix": true`, `"skipDos2Unix": true, "key": "-----BEGIN EC PRIVATE KEY-----"`),
		want: []string{
			"eastus/azure/azuredeploy.json: holds what looks like a private key, PRIVATE KEY-----; no secret is in out/",
		},
	},
	{
		name: "private key in base64",
		edit: put("README.md", "echo LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t | base64 -d"),
		want: []string{
			"README.md: holds what looks like a private key, LS0tLS1CRUdJTi; no secret is in out/",
		},
	},
}
