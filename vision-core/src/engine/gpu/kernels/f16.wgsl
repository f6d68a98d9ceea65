// Numbers in buffers, in half precision: half the memory and half the traffic. Whatever is computed is f32. Comes first in
// every kernel that reads numbers.

enable f16;

alias number = f16;
