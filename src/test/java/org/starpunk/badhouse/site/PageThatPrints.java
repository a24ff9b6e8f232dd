package org.starpunk.badhouse.site;

final class PageThatPrints {

    void print() {
        System.out.println("hello");
    }
}
