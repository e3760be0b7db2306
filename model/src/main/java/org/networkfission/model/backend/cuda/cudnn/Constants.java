package org.networkfission.model.backend.cuda.cudnn;

/**
 * The numbers of cuDNN's backend API that are used, under their names there without {@code CUDNN_}.
 */
@SuppressWarnings("MemberName")
final class Constants {
  static final int BACKEND_CONVOLUTION_DESCRIPTOR = 1;
  static final int BACKEND_ENGINE_DESCRIPTOR = 2;
  static final int BACKEND_ENGINECFG_DESCRIPTOR = 3;
  static final int BACKEND_ENGINEHEUR_DESCRIPTOR = 4;
  static final int BACKEND_EXECUTION_PLAN_DESCRIPTOR = 5;
  static final int BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR = 10;
  static final int BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR = 11;
  static final int BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR = 12;
  static final int BACKEND_OPERATIONGRAPH_DESCRIPTOR = 15;
  static final int BACKEND_VARIANT_PACK_DESCRIPTOR = 16;
  static final int BACKEND_TENSOR_DESCRIPTOR = 17;
  static final int BACKEND_DEVICEPROP_DESCRIPTOR = 38;

  static final int ATTR_CONVOLUTION_COMP_TYPE = 100;
  static final int ATTR_CONVOLUTION_CONV_MODE = 101;
  static final int ATTR_CONVOLUTION_DILATIONS = 102;
  static final int ATTR_CONVOLUTION_FILTER_STRIDES = 103;
  static final int ATTR_CONVOLUTION_POST_PADDINGS = 104;
  static final int ATTR_CONVOLUTION_PRE_PADDINGS = 105;
  static final int ATTR_CONVOLUTION_SPATIAL_DIMS = 106;
  static final int ATTR_ENGINEHEUR_MODE = 200;
  static final int ATTR_ENGINEHEUR_OPERATION_GRAPH = 201;
  static final int ATTR_ENGINEHEUR_RESULTS = 202;
  static final int ATTR_ENGINEHEUR_DEVICEPROP = 204;
  static final int ATTR_ENGINECFG_ENGINE = 300;
  static final int ATTR_EXECUTION_PLAN_HANDLE = 400;
  static final int ATTR_EXECUTION_PLAN_ENGINE_CONFIG = 401;
  static final int ATTR_EXECUTION_PLAN_WORKSPACE_SIZE = 402;
  static final int ATTR_EXECUTION_PLAN_DEVICEPROP = 407;
  static final int ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA = 700;
  static final int ATTR_OPERATION_CONVOLUTION_FORWARD_BETA = 701;
  static final int ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC = 702;
  static final int ATTR_OPERATION_CONVOLUTION_FORWARD_W = 703;
  static final int ATTR_OPERATION_CONVOLUTION_FORWARD_X = 704;
  static final int ATTR_OPERATION_CONVOLUTION_FORWARD_Y = 705;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA = 706;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA = 707;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC = 708;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_DATA_W = 709;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX = 710;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY = 711;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA = 712;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA = 713;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC = 714;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW = 715;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X = 716;
  static final int ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY = 717;
  static final int ATTR_OPERATIONGRAPH_HANDLE = 800;
  static final int ATTR_OPERATIONGRAPH_OPS = 801;
  static final int ATTR_TENSOR_BYTE_ALIGNMENT = 900;
  static final int ATTR_TENSOR_DATA_TYPE = 901;
  static final int ATTR_TENSOR_DIMENSIONS = 902;
  static final int ATTR_TENSOR_STRIDES = 903;
  static final int ATTR_TENSOR_UNIQUE_ID = 906;
  static final int ATTR_VARIANT_PACK_UNIQUE_IDS = 1000;
  static final int ATTR_VARIANT_PACK_DATA_POINTERS = 1001;
  static final int ATTR_VARIANT_PACK_WORKSPACE = 1003;
  static final int ATTR_ENGINE_GLOBAL_INDEX = 1301;
  static final int ATTR_ENGINE_NUMERICAL_NOTE = 1303;
  static final int ATTR_ENGINE_BEHAVIOR_NOTE = 1305;
  static final int ATTR_DEVICEPROP_JSON_REPRESENTATION = 2702;

  static final int TYPE_HANDLE = 0;
  static final int TYPE_DATA_TYPE = 1;
  static final int TYPE_INT64 = 3;
  static final int TYPE_FLOAT = 4;
  static final int TYPE_VOID_PTR = 6;
  static final int TYPE_CONVOLUTION_MODE = 7;
  static final int TYPE_HEUR_MODE = 8;
  static final int TYPE_NUMERICAL_NOTE = 11;
  static final int TYPE_BACKEND_DESCRIPTOR = 15;
  static final int TYPE_BEHAVIOR_NOTE = 19;
  static final int TYPE_CHAR = 24;

  static final int DATA_FLOAT = 0;
  static final int DATA_BFLOAT16 = 9;
  static final int CROSS_CORRELATION = 1;
  static final int HEUR_MODE_FALLBACK = 2;
  static final int HEUR_MODE_A = 3;

  static final int NUMERICAL_NOTE_TENSOR_CORE = 0;
  static final int NUMERICAL_NOTE_DOWN_CONVERT_INPUTS = 1;
  static final int NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION = 2;
  static final int NUMERICAL_NOTE_NONDETERMINISTIC = 4;
  static final int NUMERICAL_NOTE_WINOGRAD = 5;
  static final int NUMERICAL_NOTE_WINOGRAD_TILE_4x4 = 6;
  static final int NUMERICAL_NOTE_WINOGRAD_TILE_6x6 = 7;
  static final int NUMERICAL_NOTE_WINOGRAD_TILE_13x13 = 8;
  static final int BEHAVIOR_NOTE_SUPPORTS_CUDA_GRAPH_NATIVE_API = 3;

  private Constants() {}
}
