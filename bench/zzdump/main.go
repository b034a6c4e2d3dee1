// Command zzdump is temporary.
package main
import ("encoding/json";"fmt";"os";"github.com/bailiwick-dev/bailiwick/internal/source/all";"github.com/bailiwick-dev/bailiwick/kb")
func main(){ k,_:=kb.Open(); f:=all.Read(os.Args[1:], all.Options{Code: all.Code(k)})
 if os.Getenv("J")!="" { json.NewEncoder(os.Stdout).Encode(f.Flows); return }
 for _,x:=range f.Flows { fmt.Printf("%s:%d  %s -> %s %s [%s] %s | %s\n", x.Origin.File,x.Origin.Line,x.From,x.To,x.Unknown,x.Purpose,x.Model,x.Via)}
 for _,p:=range f.Problems { fmt.Println("PROBLEM",p) } ; fmt.Println(len(f.Files),"files",len(f.Flows),"flows") }
