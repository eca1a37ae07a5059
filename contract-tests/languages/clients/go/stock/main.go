// The runner reads calls from standard input, one per line, makes them with ./client, and prints their outcomes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	katapult "runner/client"
)

type call struct {
	BaseURL, APIKey string
	Parameters      map[string]json.RawMessage
}

type request = katapult.ApiListOrganizationApiTokensRequest

func main() {
	calls, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var c call
		if err := calls.Decode(&c); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		kind, outcome := c.make()
		if err := outcomes.Encode(map[string]any{kind: outcome}); err != nil {
			panic(err)
		}
	}
}

func (c call) make() (string, any) {
	configuration := katapult.NewConfiguration()
	configuration.Servers[0].URL = c.BaseURL
	configuration.HTTPClient = &http.Client{Timeout: time.Minute}
	ctx := context.WithValue(context.Background(), katapult.ContextAccessToken, c.APIKey)
	r := katapult.NewAPIClient(configuration).APITokensAPI.ListOrganizationApiTokens(ctx)
	for name, value := range c.Parameters {
		var err error
		switch name {
		case "organization[id]":
			r, err = give(r.OrganizationId, value)
		case "organization[sub_domain]":
			r, err = give(r.OrganizationSubDomain, value)
		case "annotations[][key]":
			r, err = give(r.AnnotationsKey, value)
		case "annotations[][value]":
			r, err = give(r.AnnotationsValue, value)
		case "page":
			r, err = give(r.Page, value)
		case "per_page":
			r, err = give(r.PerPage, value)
		default:
			err = errors.New("no parameter " + name)
		}
		if err != nil {
			return "notApplicable", err.Error()
		}
	}
	page, response, err := r.Execute()
	if err == nil {
		return "page", page
	}
	return failure(err, response)
}

func give[T any](set func(T) request, value json.RawMessage) (request, error) {
	var list []any
	if json.Unmarshal(value, &list) == nil && slices.Contains(list, nil) {
		return request{}, errors.New("a []string holds no null")
	}
	var given T
	err := json.Unmarshal(value, &given)
	return set(given), err
}

// failure finds errors by their methods, because the stock client has only the generic error, without a status.
func failure(err error, response *http.Response) (string, any) {
	var rejected interface {
		Rule() string
		Parameters() []string
	}
	var unexpected interface {
		Status() int
		Path() string
	}
	var reported interface{ Status() int }
	var generic *katapult.GenericOpenAPIError
	switch {
	case errors.As(err, &rejected):
		return "rejected", map[string]any{"rule": rejected.Rule(), "parameters": rejected.Parameters()}
	case errors.As(err, &unexpected):
		return "unexpected", map[string]any{"status": unexpected.Status(), "path": unexpected.Path()}
	case errors.As(err, &generic):
		envelope, ok := generic.Model().(katapult.ErrorResponse)
		if !ok {
			return "unexpected", map[string]any{"status": response.StatusCode}
		}
		status := response.StatusCode
		if errors.As(err, &reported) {
			status = reported.Status()
		}
		e := envelope.Error
		return "apiError", map[string]any{"status": status, "code": e.Code, "description": e.Description, "detail": e.Detail}
	}
	return "other", fmt.Sprintf("%T: %v", err, err)
}
