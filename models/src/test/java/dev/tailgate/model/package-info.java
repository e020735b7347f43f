@NullMarked
package dev.tailgate.model;

import org.jspecify.annotations.NullMarked;
