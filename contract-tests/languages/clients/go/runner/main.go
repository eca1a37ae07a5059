// The runner makes one call with the client for each line.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	katapult "client.example/katapult"
	"runner/protocol"
)

func main() {
	protocol.Run(outcome)
}

func outcome(call protocol.Call) map[string]any {
	client := call.Client()
	if call.Inspect {
		return map[string]any{"shown": shown(client)}
	}
	var params katapult.ListOrganizationAPITokensParams
	if err := call.Read(protocol.TokenFields(&params)); err != nil {
		return map[string]any{"notApplicable": err.Error()}
	}
	page, err := client.ListOrganizationAPITokens(context.Background(), params)
	if err != nil {
		return protocol.Failure(err)
	}
	return map[string]any{"page": page}
}

// shown returns the client in every way in which Go shows a value.
func shown(client *katapult.Client) []string {
	var texts []string
	for _, value := range []any{client, *client} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
		asJSON, err := json.Marshal(value)
		texts = append(texts, string(asJSON), fmt.Sprint(err))
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("client", "value", value)
		slog.New(slog.NewTextHandler(&log, nil)).Info("client", "value", value)
		texts = append(texts, log.String())
	}
	return texts
}
