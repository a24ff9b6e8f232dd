package org.starpunk.badhouse.command;

public final class Verb {}
