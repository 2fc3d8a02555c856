import { contextBridge, type IpcRendererEvent, ipcRenderer } from "electron";
import { FRAME_CHANNEL } from "./transport/frame-channel.ts";

/** All that the page gets: frames out, frames in. What they may hold is checked on the other side. */
contextBridge.exposeInMainWorld("aios", {
  send(frame: unknown): void {
    ipcRenderer.send(FRAME_CHANNEL, frame);
  },
  onFrame(listener: (frame: unknown) => void): () => void {
    const receive = (_event: IpcRendererEvent, frame: unknown): void => listener(frame);
    ipcRenderer.on(FRAME_CHANNEL, receive);
    return () => {
      ipcRenderer.removeListener(FRAME_CHANNEL, receive);
    };
  },
});
