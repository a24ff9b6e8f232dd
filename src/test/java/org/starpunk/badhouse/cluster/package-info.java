/** A house that breaks the walls on purpose: HouseRulesTest shows by it that each of them can fail. */
@NullMarked
package org.starpunk.badhouse.cluster;

import org.jspecify.annotations.NullMarked;
