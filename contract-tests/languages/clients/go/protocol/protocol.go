// Package protocol reads calls from standard input, one per line, and prints their outcomes.
package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	katapult "client.example/katapult"
)

// Call is a line of the runner or of the lister.
type Call struct {
	BaseURL, APIKey, Operation string
	Parameters                 map[string]json.RawMessage
	Limit                      int
	Inspect                    bool
}

// Run prints the outcome of each call.
func Run(outcome func(Call) map[string]any) {
	calls, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var call Call
		if err := calls.Decode(&call); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		if err := outcomes.Encode(outcome(call)); err != nil {
			panic(err)
		}
	}
}

// Client makes the client for a call.
func (c Call) Client() *katapult.Client {
	httpClient := &http.Client{Timeout: time.Minute}
	return katapult.NewClient(c.APIKey, katapult.WithBaseURL(c.BaseURL), katapult.WithHTTPClient(httpClient))
}

// TokenFields are the fields of the parameters for a list of tokens, by their names in the request.
func TokenFields(params *katapult.ListOrganizationAPITokensParams) map[string]any {
	return map[string]any{
		"organization[id]":         &params.OrganizationID,
		"organization[sub_domain]": &params.OrganizationSubDomain,
		"annotations[][key]":       &params.AnnotationKeys,
		"annotations[][value]":     &params.AnnotationValues,
		"page":                     &params.Page,
		"per_page":                 &params.PerPage,
	}
}

// Read sets fields of parameters, which are given with the names of the request.
func (c Call) Read(fields map[string]any) error {
	for name, value := range c.Parameters {
		var list []any
		if json.Unmarshal(value, &list) == nil && slices.Contains(list, nil) {
			return errors.New("a []string holds no null")
		}
		field, ok := fields[name]
		if !ok {
			return errors.New("no parameter " + name)
		}
		if err := json.Unmarshal(value, field); err != nil {
			return err
		}
	}
	return nil
}

// Failure says what an error of the client means.
func Failure(err error) map[string]any {
	var rejected *katapult.ParameterError
	var reported *katapult.StatusError
	var unexpected *katapult.UnexpectedResponseError
	switch {
	case errors.As(err, &rejected):
		return outcome("rejected", map[string]any{"rule": rejected.Rule, "parameters": rejected.Parameters})
	case errors.As(err, &reported):
		return outcome("apiError", map[string]any{
			"status": reported.Status, "code": reported.Code,
			"description": reported.Description, "detail": reported.Detail,
		})
	case errors.As(err, &unexpected):
		return outcome("unexpected", map[string]any{"status": unexpected.Status, "path": unexpected.Path})
	}
	return outcome("other", fmt.Sprintf("%T: %v", err, err))
}

func outcome(kind string, value any) map[string]any { return map[string]any{kind: value} }
