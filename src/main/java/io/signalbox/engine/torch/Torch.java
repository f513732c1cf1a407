package io.signalbox.engine.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch in this process. */
public final class Torch {

    private static final String ENGINE = "PyTorch";

    /** Name of the managers of processors with memory of their own. */
    private static final String APART = "apart";

    private Torch() {}

    /** Gets the calling thread ready to train on the machine's own processor; see {@link #open(int, Processor)}. */
    public static PtNDManager open(int threads) {
        return open(threads, Processor.CPU);
    }

    /**
     * Loads PyTorch where it is not loaded yet and gets the calling thread ready to train.
     *
     * @param threads that compute inside one operation; part of what makes a run repeatable
     * @param processor where programs compute
     * @return owner of what the caller makes, to be closed
     */
    public static PtNDManager open(int threads, Processor processor) {
        PtNDManager manager = (PtNDManager) NDManager.newBaseManager(processor.device(), ENGINE);
        if (processor.apart()) {
            manager.setName(APART);
        }
        if (JniUtils.getNumThreads() != threads) {
            JniUtils.setNumThreads(threads);
        }
        // Our programs run once as they are: profiling runs and fusion would change their last digits in mid-run.
        JniUtils.setGraphExecutorOptimize(false);
        return manager;
    }

    /** Whether programs compute in memory of their own. */
    static boolean apart(PtNDManager manager) {
        return APART.equals(manager.getName());
    }

    /** Graphics processors that the libtorch of this process can compute on. */
    public static int gpus() {
        return Engine.getEngine(ENGINE).getGpuCount();
    }
}
