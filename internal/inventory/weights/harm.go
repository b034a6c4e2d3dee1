package weights

import (
	"slices"
	"strings"
)

// harmless are names that only make values: numbers, texts, arrays, containers.
// A module with a dot at its end stands for everything below it.
var harmless = map[string][]string{
	"collections":                        {"OrderedDict", "defaultdict", "Counter", "deque"},
	"builtins":                           {"set", "frozenset", "bytearray", "bytes", "complex", "slice", "range", "list", "dict", "tuple", "int", "float", "str", "bool", "object"},
	"__builtin__":                        {"set", "frozenset", "bytearray", "bytes", "complex", "slice", "xrange", "list", "dict", "tuple", "int", "long", "float", "str", "unicode", "bool", "object"},
	"copy_reg":                           {"_reconstructor"},
	"copyreg":                            {"_reconstructor"},
	"_codecs":                            {"encode"},
	"datetime":                           {"*"},
	"decimal":                            {"Decimal"},
	"uuid":                               {"UUID"},
	"pathlib":                            {"Path", "PosixPath", "PurePosixPath", "WindowsPath"},
	"io":                                 {"BytesIO"},
	"_io":                                {"BytesIO"},
	"types":                              {"SimpleNamespace"},
	"argparse":                           {"Namespace"},
	"numpy":                              {"ndarray", "dtype", "matrix", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "str_"},
	"numpy.core.multiarray":              {"_reconstruct", "scalar"},
	"numpy._core.multiarray":             {"_reconstruct", "scalar"},
	"numpy.core.numeric":                 {"_frombuffer"},
	"numpy._core.numeric":                {"_frombuffer"},
	"numpy.dtypes":                       {"*"},
	"torch._utils":                       {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_device_tensor_from_numpy", "_rebuild_meta_tensor_no_storage", "_rebuild_wrapper_subclass", "_rebuild_nested_tensor"},
	"torch._tensor":                      {"_rebuild_from_type_v2"},
	"torch.storage":                      {"UntypedStorage", "TypedStorage", "_UntypedStorage", "_TypedStorage"},
	"torch.serialization":                {"_get_layout"},
	"torch.nn.parameter":                 {"Parameter", "Buffer"},
	"torch.nn.modules.":                  {"*"},
	"torch.distributions.":               {"*"},
	"torch.jit._pickle":                  {"*"},
	"__torch__":                          {"*"},
	"__torch__.":                         {"*"},
	"sklearn.utils._bunch":               {"Bunch"},
	"joblib.numpy_pickle":                {"NumpyArrayWrapper"},
	"transformers.training_args":         {"TrainingArguments", "OptimizerNames"},
	"transformers.trainer_utils":         {"*"},
	"transformers.trainer_pt_utils":      {"AcceleratorConfig"},
	"transformers.training_args_seq2seq": {"Seq2SeqTrainingArguments"},
	"accelerate.utils.dataclasses":       {"*"},
	"accelerate.state":                   {"PartialState", "AcceleratorState"},
}

// torchValues are names of the module torch that are types of values and of storages.
func torchValue(name string) bool {
	switch name {
	case "Size", "device", "dtype", "Tensor", "FloatTensor", "bfloat16", "float16", "float32", "float64", "half", "float", "double", "int8", "int16", "int32", "int64", "uint8", "bool", "long", "complex64", "complex128", "strided", "sparse_coo", "qint8", "quint8", "per_tensor_affine", "per_channel_affine", "float8_e4m3fn", "float8_e5m2":
		return true
	}
	return strings.HasSuffix(name, "Storage")
}

// harmful are modules that reach the system, the network or the interpreter.
// Everything in them counts, and everything below.
var harmful = []string{"os", "posix", "nt", "ntpath", "posixpath", "subprocess", "sys", "shutil", "socket", "ssl", "runpy", "pty", "importlib", "imp", "builtins", "__builtin__", "commands", "code", "codeop", "ctypes", "cffi", "marshal",
	"multiprocessing", "threading", "asyncio", "signal", "webbrowser", "http", "httplib", "urllib", "urllib2", "requests", "aiohttp", "httpx", "ftplib", "smtplib", "telnetlib", "pip", "ensurepip", "venv", "bdb", "pdb", "cProfile", "profile", "timeit",
	"trace", "doctest", "pydoc", "idlelib", "lib2to3", "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "types", "operator", "_operator", "functools", "inspect", "gc", "tempfile", "io", "_io", "zipimport", "torch.hub", "torch.utils.collect_env", "torch._dynamo", "torch._inductor",
	"torch.utils._config_module", "torch.utils.cpp_extension", "_aix_support", "_osx_support", "_pyrepl", "imaplib", "poplib", "nntplib", "pkgutil", "uuid", "torch.utils.bottleneck", "torch.jit.unsupported_tensor_ops", "torch.fx.experimental", "torch.utils.data.datapipes.utils.decoder", "numpy.testing", "numpy.f2py", "distutils", "setuptools", "logging", "xmlrpc", "sqlite3", "turtle", "tkinter", "test"}

// weigh says of a name that a pickle imports whether it is known to make values
// only, and whether it is known to reach further.
func weigh(module, name string) (harms, known bool) {
	for m, names := range harmless {
		if m == module || strings.HasSuffix(m, ".") && strings.HasPrefix(module, m) {
			// A name with dots leads through what a module imports to anything.
			if slices.Contains(names, name) || slices.Contains(names, "*") && !strings.Contains(name, ".") {
				return false, true
			}
		}
	}
	if module == "torch" && torchValue(name) {
		return false, true
	}
	for _, m := range harmful {
		if module == m || strings.HasPrefix(module, m+".") {
			return true, true
		}
	}
	for part := range strings.SplitSeq(name, ".") { // of a name without dots, a module itself: it is not called
		harms = harms || part != name && slices.Contains(harmful, part)
	}
	return harms, harms
}
