package org.starpunk.badhouse.bare;

record InABarePackage() {}
