package io.signalbox.server.job;

import io.signalbox.callback.Metric;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CheckedSpec;
import tools.jackson.databind.JsonNode;

/**
 * What a job's {@code best} is measured by: what its first callback with {@code monitor} watches, else the loss.
 *
 * @param direction {@code min} or {@code max}
 */
record BestMetric(String metric, String direction) {

    static BestMetric of(CheckedSpec checked) {
        for (CallbackSpec callback : checked.spec().callbacks()) {
            JsonNode monitor = callback.params().get("monitor");
            if (monitor != null && monitor.isString()) {
                JsonNode mode = callback.params().get("mode");
                boolean given =
                        mode != null && mode.isString() && !mode.asString().equals("auto");
                return new BestMetric(monitor.asString(), given ? mode.asString() : direction(monitor.asString()));
            }
        }
        return new BestMetric(checked.validationExamples() > 0 ? "val_loss" : "loss", "min");
    }

    private static String direction(String metric) {
        String plain = metric.startsWith("val_") ? metric.substring("val_".length()) : metric;
        return Metric.named(plain).direction() == Metric.Direction.MAX ? "max" : "min";
    }
}
