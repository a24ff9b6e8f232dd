package org.starpunk.badhouse.note;

public final class Word {}
