package org.starpunk.badhouse.admin;

import java.util.concurrent.CountDownLatch;

final class PageThatWaits {

    void wait(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }
}
