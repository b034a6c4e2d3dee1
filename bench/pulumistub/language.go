package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
	"gopkg.in/yaml.v3"
)

type language struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
}

func (*language) Handshake(context.Context, *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (*language) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

func (*language) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// A program is what there is of Pulumi.yaml here. Nothing in it is evaluated but
// the names of providers.
type program struct {
	Resources yaml.Node
}

type resource struct {
	Type       string
	Properties map[string]any
	Options    struct{ Provider string }
}

// Run registers the resources in the order of the file.
func (*language) Run(ctx context.Context, r *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	text, err := os.ReadFile(filepath.Join(r.GetInfo().GetProgramDirectory(), "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	var p program
	if err := yaml.Unmarshal(text, &p); err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient(r.GetMonitorAddress(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	monitor := pulumirpc.NewResourceMonitorClient(conn)
	providers := map[string]string{}
	for i := 0; i+1 < len(p.Resources.Content); i += 2 {
		name := p.Resources.Content[i].Value
		var res resource
		if err := p.Resources.Content[i+1].Decode(&res); err != nil {
			return nil, err
		}
		object, err := structpb.NewStruct(res.Properties)
		if err != nil {
			return nil, err
		}
		answer, err := monitor.RegisterResource(ctx, &pulumirpc.RegisterResourceRequest{Type: res.Type, Name: name, Custom: true, Object: object,
			Provider: providers[strings.Trim(res.Options.Provider, "${}")]})
		if err != nil {
			return &pulumirpc.RunResponse{Error: err.Error()}, nil
		}
		id := answer.GetId()
		if id == "" {
			id = unknown
		}
		providers[name] = answer.GetUrn() + "::" + id
	}
	return &pulumirpc.RunResponse{}, nil
}

// unknown is the id of what a preview does not make.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
