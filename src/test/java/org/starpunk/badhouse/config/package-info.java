/** Deliberate violations of the package rules, with which ArchitectureRulesTest checks that each rule can fail. */
@NullMarked
package org.starpunk.badhouse.config;

import org.jspecify.annotations.NullMarked;
