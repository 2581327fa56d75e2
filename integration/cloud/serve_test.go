package cloud_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// TestServedProvidersAreIndependent configures two providers of one server, which then create objects in turn.
func TestServedProvidersAreIndependent(t *testing.T) {
	t.Parallel()
	store := open(t)
	server, err := cloud.Serve(store, "1.0.0", func() *cloud.Cloud {
		c := exampleCloud(cloud.Scope{}, &cloud.Type{
			Token: networkType, Args: networkArgs{}, Resource: &network{},
			Create: func(c *cloud.Call) error { return newID(c, "net-") },
		})
		c.Configure = func(p resource.PropertyMap) (cloud.Scope, map[string]string) {
			return cloud.Scope{Place: p["place"].StringValue()}, nil
		}
		return c
	})
	require.NoError(t, err)
	t.Cleanup(server.Stop)

	places := []string{"north", "south"}
	clients := map[string]pulumirpc.ResourceProviderClient{}
	for _, place := range places {
		conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", server.Port()),
			grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		clients[place] = pulumirpc.NewResourceProviderClient(conn)
		args, err := structpb.NewStruct(map[string]any{"place": place})
		require.NoError(t, err)
		_, err = clients[place].Configure(t.Context(), &pulumirpc.ConfigureRequest{Args: args})
		require.NoError(t, err)
	}
	inputs, err := structpb.NewStruct(map[string]any{"tags": map[string]any{}})
	require.NoError(t, err)
	create := func(place string) error {
		_, err := clients[place].Create(t.Context(), &pulumirpc.CreateRequest{
			Urn: "urn:pulumi:dev::test::" + networkType + "::" + place, Properties: inputs,
		})
		return err
	}
	for _, place := range places {
		require.NoError(t, create(place))
	}
	objects, err := store.List(networkType)
	require.NoError(t, err)
	var got []string
	for _, o := range objects {
		got = append(got, o.Place)
	}
	require.Equal(t, places, got)

	server.Stop()
	require.Error(t, create("north"), "the server has stopped")
}
