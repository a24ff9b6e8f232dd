/** Deliberate violations of the package rules, with which ArchitectureRulesTest checks that each rule can fail. */
@NullMarked
package org.starpunk.badhouse.outbound;

import org.jspecify.annotations.NullMarked;
