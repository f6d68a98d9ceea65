// Numbers in buffers, in full precision. Comes first in every kernel that reads numbers.

alias number = f32;
