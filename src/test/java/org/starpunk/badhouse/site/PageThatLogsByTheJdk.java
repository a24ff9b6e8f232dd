package org.starpunk.badhouse.site;

import java.util.logging.Logger;

record PageThatLogsByTheJdk(Logger logger) {}
