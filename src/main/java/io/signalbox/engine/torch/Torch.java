package io.signalbox.engine.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch in this process. */
public final class Torch {

    private Torch() {}

    /**
     * Loads PyTorch where it is not loaded yet and gets the calling thread ready to train.
     *
     * @param threads that compute inside one operation; part of what makes a run repeatable
     * @return owner of what the caller makes, to be closed
     */
    public static PtNDManager open(int threads) {
        PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        if (JniUtils.getNumThreads() != threads) {
            JniUtils.setNumThreads(threads);
        }
        // Our programs run once as they are: profiling runs and fusion would change their last digits in mid-run.
        JniUtils.setGraphExecutorOptimize(false);
        return manager;
    }
}
