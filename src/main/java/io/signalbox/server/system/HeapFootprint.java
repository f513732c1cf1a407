package io.signalbox.server.system;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Keeps the server small beside its trainers, whatever flags its JVM was started with: by default a JVM holds on to the heap
 * that start-up needed, several times what the service lives in. The flags are manageable ones of HotSpot; another JVM
 * keeps its ways.
 */
@Component
class HeapFootprint {

    private static final Logger log = LoggerFactory.getLogger(HeapFootprint.class);

    /** Share of the heap left free after a collection, in percent: enough for the next burst, not a multiple. */
    private static final String MIN_FREE = "10";

    private static final String MAX_FREE = "20";

    /**
     * The heap is fitted to what lives in it by a concurrent collection, which comes when none came for so long. Young ones alone
     * let it grow to four times that while jobs run, which tell little but without end.
     */
    private static final String PERIODIC_GC_MILLIS = "5000";

    /** On a thread of its own: nobody who waits for the server shall wait for it. */
    @EventListener(ApplicationReadyEvent.class)
    void trimBeside() {
        Thread thread = new Thread(HeapFootprint::trim, "heap-footprint");
        thread.setDaemon(true);
        thread.start();
    }

    private static void trim() {
        set("MinHeapFreeRatio", MIN_FREE);
        set("MaxHeapFreeRatio", MAX_FREE);
        set("G1PeriodicGCInterval", PERIODIC_GC_MILLIS);
        Runtime.getRuntime().gc();
    }

    private static void set(String flag, String value) {
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).setVMOption(flag, value);
        } catch (IllegalArgumentException unknownHere) {
            log.debug("this JVM has no flag {}", flag);
        }
    }
}
