package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that was fitted on, or learnt from, the training part: scales, columns and their order, categories, class names. Lies in
 * every checkpoint ({@code data} in {@code state.json}) and turns raw inputs into features exactly as training did.
 */
public sealed interface Preparation permits TablePreparation, ImagePreparation, TokenPreparation, AudioPreparation {

    /** Shape of one example's features, without the batch: what the network takes. */
    List<Integer> shape();

    /** Type of what {@link #apply} gives: {@code FLOAT32}, scaled already, or {@code INT64} for tokens. */
    ElementType type();

    /** Names of the classes in order of their index; empty where numbers are predicted. */
    List<String> classes();

    /** Names of what is predicted: the target columns, {@code label} for images. */
    List<String> targets();

    /** The tokens that texts are made of; null where examples are numbers. */
    default @Nullable Tokens tokens() {
        return null;
    }

    /** This as JSON: what {@link #of} takes. */
    ObjectNode toJson();

    /**
     * Prepares raw inputs. Of a table each is an object of its features ({@code {"width": 1.5, "colour": "red"}}), or a list
     * of them in order; a category that was not in the dataset counts as none of those that were, as it does in a validation
     * dataset. Of images each is a list of pixels from 0 to 255, nested as the shape is or flat, the channel left out where
     * there is one only; or a text, a PNG or JPEG in base64, made as large as those trained on.
     * Of texts each is a text; of recordings a WAV file in base64, or a list of samples from -1 to 1 at
     * the dataset's rate.
     *
     * @param pointer where the inputs stand, for messages
     * @return {@code inputs × shape} elements of {@link #type}, native order, position 0
     * @throws BadDataException with every fault found, 50 at most
     */
    ByteBuffer apply(ArrayNode inputs, String pointer);

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException for what a later version wrote
     */
    static Preparation of(JsonNode json) {
        String kind = json.path("kind").asString("");
        return switch (kind) {
            case TablePreparation.KIND -> TablePreparation.of(json);
            case ImagePreparation.KIND -> ImagePreparation.of(json);
            case AudioPreparation.KIND -> AudioPreparation.of(json);
            case TokenPreparation.KIND -> TokenPreparation.of(json);
            default ->
                throw new IllegalArgumentException("data of kind \"" + Problems.echo(kind)
                        + "\" is not known here: use the version that wrote the checkpoint");
        };
    }
}
