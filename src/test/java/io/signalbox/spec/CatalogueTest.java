package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

class CatalogueTest {

    @ParameterizedTest
    @EnumSource(Catalogue.class)
    void describesEveryEntryInASentence(Catalogue kind) {
        assertThat(kind.entries()).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.description()).as(entry.name()).isNotBlank();
            assertThat(entry.schema().get("description").stringValue()).isEqualTo(entry.description());
        });
    }

    @Test
    void namesWhatASpecNames() {
        assertThat(Catalogue.LAYERS.entries())
                .extracting(Catalogue.Entry::name)
                .contains("dense", "conv2d", "max_pool2d", "avg_pool2d", "flatten", "batch_norm", "dropout", "relu");
        assertThat(Catalogue.LOSSES.entries())
                .extracting(Catalogue.Entry::name)
                .containsExactlyInAnyOrder("cross_entropy", "bce_with_logits", "mse", "l1", "huber");
        assertThat(Catalogue.OPTIMIZERS.entries())
                .extracting(Catalogue.Entry::name)
                .containsExactlyInAnyOrder("sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "nadam", "adamax");
        assertThat(Catalogue.MODELS.entries())
                .extracting(Catalogue.Entry::name)
                .contains("sequential", "mlp", "lenet", "resnet18", "gpt");
        assertThat(Catalogue.METRICS.entries())
                .extracting(Catalogue.Entry::name)
                .containsExactlyInAnyOrder(
                        "accuracy", "top_k", "precision", "recall", "f1", "auc", "mae", "rmse", "r2", "wer", "cer");
    }

    @Test
    void isFoundByItsNameOnTheWire() {
        assertThat(Catalogue.kind("layers")).contains(Catalogue.LAYERS);
        assertThat(Catalogue.kind("LAYERS")).isEmpty();
        assertThat(Catalogue.kind("callbacks")).isEmpty();
    }

    @Test
    void tellsRangesAndDefaults() {
        ObjectNode sgd = Catalogue.OPTIMIZERS.entries().stream()
                .filter(entry -> entry.name().equals("sgd"))
                .findFirst()
                .orElseThrow()
                .schema();
        assertThat(sgd.at("/properties/type/const").stringValue()).isEqualTo("sgd");
        assertThat(sgd.at("/properties/momentum/default").intValue()).isZero();
        assertThat(sgd.at("/properties/momentum/exclusiveMaximum").intValue()).isEqualTo(1);
    }
}
