package org.starpunk.badhouse.server;

import org.starpunk.badhouse.command.Verb;

record BadServer(Verb verb) {}
