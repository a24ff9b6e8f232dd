package org.starpunk.badhouse.view;

public final class Page {}
