// The lister makes one listing with the client for each line.
package main

import (
	"context"
	"errors"

	katapult "client.example/katapult"
	"runner/protocol"
)

func main() {
	protocol.Run(outcome)
}

func outcome(call protocol.Call) map[string]any {
	client := call.Client()
	switch call.Operation {
	case "listOrganizationApiTokens":
		var params katapult.ListOrganizationAPITokensParams
		return list(call, client.ListOrganizationAPITokens, &params, protocol.TokenFields(&params))
	case "listOrganizationPlants":
		var params katapult.ListOrganizationPlantsParams
		return list(call, client.ListOrganizationPlants, &params, map[string]any{
			"organization[id]":         &params.OrganizationID,
			"organization[sub_domain]": &params.OrganizationSubDomain,
			"bed[id]":                  &params.BedId,
			"bed[name]":                &params.BedName,
			"bed[row]":                 &params.BedRow,
			"labels[][name]":           &params.LabelsName,
			"labels[][text]":           &params.LabelsText,
			"labels[][weight]":         &params.LabelsWeight,
			"height":                   &params.Height,
			"page":                     &params.Page,
			"per_page":                 &params.PerPage,
		})
	case "listColours":
		var params katapult.ListColoursParams
		return list(call, client.ListColours, &params, map[string]any{"page": &params.Page})
	}
	return map[string]any{"failure": map[string]any{"other": "no operation " + call.Operation}}
}

func list[R any, P katapult.Page[I], I any](
	call protocol.Call, operation func(context.Context, R) (P, error), params *R, fields map[string]any,
) map[string]any {
	if err := call.Read(fields); err != nil {
		return map[string]any{"failure": map[string]any{"notApplicable": err.Error()}}
	}
	items := []I{}
	for item, err := range katapult.All(context.Background(), operation, *params) {
		if err != nil {
			outcome := map[string]any{"items": items, "failure": protocol.Failure(err)}
			var failed *katapult.PageError
			if errors.As(err, &failed) {
				outcome["page"] = failed.Page
			}
			return outcome
		}
		if items = append(items, item); len(items) == call.Limit {
			break
		}
	}
	return map[string]any{"items": items}
}
