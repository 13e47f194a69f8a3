/** Addresses as the service takes them: one parser, and one opinion on what loopback is. */
export {
  formatListenAddress,
  isLoopback,
  type ListenAddress,
  readListenAddress as parseListenAddress,
} from "../../service/listen-address.js";
