package cloud

// MarkBusy makes an object of the store in a folder busy, for this process or for another one.
func MarkBusy(dir, key, process string) error {
	s, err := Open(dir)
	if err != nil {
		return err
	}
	return s.Do(func(tx *Tx) error {
		if process == "" {
			return tx.setBusy(key, true)
		}
		return tx.tx.Bucket(busyBucket).Put([]byte(key), []byte(process))
	})
}

// IsBusy reports whether an object of the store in a folder is busy.
func IsBusy(dir, key string) (busy bool, err error) {
	s, err := Open(dir)
	if err != nil {
		return false, err
	}
	err = s.Do(func(tx *Tx) error {
		busy, err = tx.isBusy(key)
		return err
	})
	return busy, err
}
