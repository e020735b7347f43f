/** Pictures as samples: folders with a folder per class, IDX and CIFAR binary files. */
@NullMarked
package dev.tailgate.data.image;

import org.jspecify.annotations.NullMarked;
