@NullMarked
package dev.tailgate.lab;

import org.jspecify.annotations.NullMarked;
