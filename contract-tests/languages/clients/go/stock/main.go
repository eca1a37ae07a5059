// The runner reads calls from standard input, one per line, makes them with the stock client, and prints their outcomes.
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

type request = katapult.ApiListOrganizationAPITokensRequest

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
	r := katapult.NewAPIClient(configuration).APITokensAPI.ListOrganizationAPITokens(ctx)
	for name, value := range c.Parameters {
		var err error
		switch name {
		case "organization[id]":
			r, err = give(r.OrganizationID, value)
		case "organization[sub_domain]":
			r, err = give(r.OrganizationSubDomain, value)
		case "annotations[][key]":
			r, err = give(r.AnnotationKeys, value)
		case "annotations[][value]":
			r, err = give(r.AnnotationValues, value)
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

// failure tells what it can: the stock client has only a generic error, without a status.
func failure(err error, response *http.Response) (string, any) {
	var generic *katapult.GenericOpenAPIError
	if !errors.As(err, &generic) {
		return "other", fmt.Sprintf("%T: %v", err, err)
	}
	envelope, ok := generic.Model().(katapult.ErrorResponse)
	if !ok {
		return "unexpected", map[string]any{"status": response.StatusCode}
	}
	e := envelope.Error
	return "apiError", map[string]any{
		"status": response.StatusCode, "code": e.Code, "description": e.Description, "detail": e.Detail,
	}
}
