#pragma clang attribute pop
#undef CK_WIDTH
#undef CK_NAME
