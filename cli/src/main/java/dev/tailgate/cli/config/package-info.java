/** What a command line takes from files: defaults of a project, and arguments. */
@NullMarked
package dev.tailgate.cli.config;

import org.jspecify.annotations.NullMarked;
