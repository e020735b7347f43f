/** Pictures as samples: folders with a folder per class, IDX and CIFAR binary files. */
@NullMarked
package dev.tailgate.quant.data.image;

import org.jspecify.annotations.NullMarked;
