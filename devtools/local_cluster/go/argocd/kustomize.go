package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"sigs.k8s.io/kustomize/kustomize/v5/commands/build"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// newKustomizeCommand is the `kustomize build DIRECTORY` that repo-server calls.
func newKustomizeCommand() *cobra.Command {
	root := &cobra.Command{Use: "kustomize"}
	root.AddCommand(build.NewCmdBuild(filesys.MakeFsOnDisk(), build.MakeHelp("kustomize", "build"), os.Stdout))
	root.AddCommand(&cobra.Command{
		Use:                "version",
		DisableFlagParsing: true,
		Run:                func(*cobra.Command, []string) { fmt.Println("v5.8.1") },
	})
	return root
}
