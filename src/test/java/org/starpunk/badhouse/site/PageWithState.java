package org.starpunk.badhouse.site;

final class PageWithState {

    static int visits;

    private PageWithState() {}
}
