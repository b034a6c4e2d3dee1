package service

import (
	"context"
	"encoding/json"
	"net/http"
)

// JSON calls with a value as body, if there is one, and reads the answer into
// another, if one is wanted. What is not 200 is refused makes an error of.
func (c *Client) JSON(ctx context.Context, call Call, request, into any, refused func(*Answer) error) (*Answer, error) {
	header := http.Header{"Accept": {"application/json"}}
	if request != nil {
		body, err := json.Marshal(request)
		if err != nil {
			return nil, err
		}
		call.Body = body
		header.Set("Content-Type", "application/json")
	}
	for name, values := range call.Header {
		header[name] = values
	}
	call.Header = header
	a, err := c.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	if a.Status != http.StatusOK {
		return nil, refused(a)
	}
	if into == nil {
		return a, nil
	}
	return a, Decode(a, into)
}
