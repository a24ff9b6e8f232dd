/** Deliberate violations of the package rules, with which ArchitectureRulesTest checks that each rule can fail. */
@NullMarked
package org.starpunk.badhouse.indieauth;

import org.jspecify.annotations.NullMarked;
